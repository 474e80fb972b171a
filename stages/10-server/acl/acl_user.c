#include "acl_user.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>

#include "buf_slice.h"
#include "buf_text.h"
#include "xalloc.h"

struct acl_user *acl_user_new(struct slice name) {
    struct acl_user *user = xcalloc(1, sizeof *user);
    user->name = xmalloc(name.len + 1);
    if (name.len > 0)
        memcpy(user->name, name.ptr, name.len);
    user->name[name.len] = '\0';
    user->selectors = acl_selector_new();
    return user;
}

struct acl_user *acl_user_new_default(void) {
    static const char *const words[] = {"on", "nopass", "~*", "&*", "+@all"};
    enum { WORDS = sizeof words / sizeof *words };
    struct acl_user *user = acl_user_new(slice_of("default"));
    struct slice rules[WORDS];
    struct acl_fault fault;
    for (size_t i = 0; i < WORDS; i++)
        rules[i] = slice_of(words[i]);
    /* These rules are right, so no fault has to be freed. */
    bool good = acl_user_apply(user, rules, WORDS, &fault);
    assert(good);
    return user;
}

static void clear_passwords(struct acl_user *user) {
    free(user->passwords);
    user->passwords = NULL;
    user->password_count = 0;
}

/* Frees all selectors but the first. */
static void clear_selectors(struct acl_user *user) {
    struct acl_selector *next = user->selectors->next;
    user->selectors->next = NULL;
    while (next != NULL) {
        struct acl_selector *at = next;
        next = at->next;
        acl_selector_free(at);
    }
}

void acl_user_free(struct acl_user *user) {
    clear_passwords(user);
    clear_selectors(user);
    acl_selector_free(user->selectors);
    free(user->name);
    free(user);
}

static void add_password(struct acl_user *user,
                         const uint8_t hash[static SHA256_BYTES]) {
    size_t count = user->password_count++;
    user->passwords =
        xrealloc(user->passwords, (count + 1) * sizeof *user->passwords);
    memcpy(user->passwords[count], hash, SHA256_BYTES);
}

struct acl_user *acl_user_copy(const struct acl_user *from) {
    struct acl_user *user = acl_user_new(slice_of(from->name));
    user->on = from->on;
    user->nopass = from->nopass;
    user->skip_sanitize = from->skip_sanitize;
    for (size_t i = 0; i < from->password_count; i++)
        add_password(user, from->passwords[i]);
    acl_selector_free(user->selectors);
    struct acl_selector **last = &user->selectors;
    for (const struct acl_selector *at = from->selectors; at; at = at->next) {
        *last = acl_selector_copy(at);
        last = &(*last)->next;
    }
    return user;
}

void acl_user_swap(struct acl_user *one, struct acl_user *other) {
    struct acl_user kept = *one;
    *one = *other;
    *other = kept;
    /* The names have been exchanged with all else, so they are put back. */
    other->name = one->name;
    one->name = kept.name;
}

bool acl_user_valid_name(struct slice name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '\0' || isspace((unsigned char)name.ptr[i]))
            return false;
    return true;
}

/* Passwords. */

static const char hex_digits[] = "0123456789abcdef";

/* Reads 64 hexadecimal digits, in lower case only. */
static bool read_hash(struct slice text, uint8_t out[static SHA256_BYTES]) {
    if (text.len != SHA256_HEX)
        return false;
    for (size_t i = 0; i < SHA256_HEX; i++) {
        const char *digit = memchr(hex_digits, text.ptr[i], 16);
        if (digit == NULL)
            return false;
        uint8_t half = (uint8_t)(digit - hex_digits);
        out[i / 2] = (uint8_t)(i % 2 == 0 ? half << 4 : out[i / 2] | half);
    }
    return true;
}

void acl_hash_append(const uint8_t hash[static SHA256_BYTES], struct buf *out) {
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        char byte[2] = {hex_digits[hash[i] >> 4], hex_digits[hash[i] & 15]};
        buf_append(out, byte, sizeof byte);
    }
}

/* Compares all bytes, however early two of them differ, so that the time taken
 * tells nothing. */
static bool same_hash(const uint8_t *one, const uint8_t *other) {
    uint8_t difference = 0;
    for (size_t i = 0; i < SHA256_BYTES; i++)
        difference |= one[i] ^ other[i];
    return difference == 0;
}

/* Returns the index of a password, or the number of passwords if the user does
 * not have it. It looks at all of them, so the time does not tell which one it
 * was. */
static size_t find_password(const struct acl_user *user,
                            const uint8_t hash[static SHA256_BYTES]) {
    size_t found = user->password_count;
    for (size_t i = 0; i < user->password_count; i++)
        if (same_hash(user->passwords[i], hash))
            found = i;
    return found;
}

bool acl_user_knows(const struct acl_user *user, struct slice password) {
    uint8_t hash[SHA256_BYTES];
    /* A user that is on and needs no password takes any. */
    if (!user->on || user->nopass)
        return user->on;
    sha256(hash, password.ptr, password.len);
    return find_password(user, hash) < user->password_count;
}

/* >password #hash <password !hash */
static const char *apply_to_passwords(struct acl_user *user,
                                      struct slice rule) {
    char sign = rule.ptr[0];
    struct slice rest = {rule.ptr + 1, rule.len - 1};
    uint8_t hash[SHA256_BYTES];
    if (sign == '>' || sign == '<')
        sha256(hash, rest.ptr, rest.len);
    else if (!read_hash(rest, hash))
        return "The password hash must be exactly 64 characters and contain "
               "only lowercase hexadecimal characters";
    size_t found = find_password(user, hash);
    bool has = found < user->password_count;
    if (sign == '>' || sign == '#') {
        if (!has)
            add_password(user, hash);
        /* A password for a user that needs none would be in vain. */
        user->nopass = false;
        return NULL;
    }
    if (!has)
        return "The password you are trying to remove from the user does not "
               "exist";
    user->password_count--;
    memmove(user->passwords[found], user->passwords[found + 1],
            (user->password_count - found) * sizeof *user->passwords);
    return NULL;
}

/* Rules. */

/* Takes a word, and the blanks around it, from the front of a text. Returns
 * false if the text has none. */
static bool take_word(struct slice *text, struct slice *word) {
    while (text->len > 0 && isspace((unsigned char)text->ptr[0])) {
        text->ptr++;
        text->len--;
    }
    *word = (struct slice){text->ptr, 0};
    while (text->len > 0 && !isspace((unsigned char)text->ptr[0])) {
        text->ptr++;
        text->len--;
        word->len++;
    }
    return word->len > 0;
}

/* (+get ~key): a word that ends with a parenthesis is refused, because it would
 * end the selector when the user is read back from a file. */
static const char *add_selector(struct acl_user *user, struct slice rule) {
    struct acl_selector *selector = acl_selector_new();
    struct slice inner = {rule.ptr + 1, rule.len - 2}, word;
    const char *wrong = NULL;
    while (wrong == NULL && take_word(&inner, &word))
        wrong = word.ptr[word.len - 1] == ')'
                    ? "Syntax error"
                    : acl_selector_apply(selector, word);
    if (wrong != NULL) {
        acl_selector_free(selector);
        return wrong;
    }
    struct acl_selector *last = user->selectors;
    while (last->next != NULL)
        last = last->next;
    /* The selector is added only when all of its rules are right. */
    last->next = selector;
    return NULL;
}

static void reset(struct acl_user *user) {
    clear_passwords(user);
    clear_selectors(user);
    acl_selector_free(user->selectors);
    user->selectors = acl_selector_new();
    user->on = user->nopass = user->skip_sanitize = false;
}

static const char *apply_rule(struct acl_user *user, struct slice rule) {
    if (rule.len == 0)
        return NULL;
    if (slice_is(rule, "on") || slice_is(rule, "off")) {
        user->on = slice_is(rule, "on");
    } else if (slice_is(rule, "nopass") || slice_is(rule, "resetpass")) {
        user->nopass = slice_is(rule, "nopass");
        clear_passwords(user);
    } else if (slice_is(rule, "sanitize-payload")) {
        user->skip_sanitize = false;
    } else if (slice_is(rule, "skip-sanitize-payload")) {
        user->skip_sanitize = true;
    } else if (memchr("><#!", rule.ptr[0], 4) != NULL) {
        return apply_to_passwords(user, rule);
    } else if (rule.ptr[0] == '(' && rule.ptr[rule.len - 1] == ')') {
        return add_selector(user, rule);
    } else if (slice_is(rule, "clearselectors")) {
        clear_selectors(user);
    } else if (slice_is(rule, "reset")) {
        reset(user);
    } else {
        return acl_selector_apply(user->selectors, rule);
    }
    return NULL;
}

/* Returns true if a word opens a selector that the next words continue. */
static bool is_open(struct slice word) {
    return word.len > 0 && word.ptr[0] == '(' && word.ptr[word.len - 1] != ')';
}

static bool is_end(struct slice word) {
    return word.len > 0 && word.ptr[word.len - 1] == ')';
}

/* The number of words in the rule that begins with this one, or 0 if its
 * parenthesis is never closed. */
static size_t rule_words(const struct slice *words, size_t count) {
    size_t len = 1;
    if (!is_open(words[0]))
        return 1;
    while (len < count && !is_end(words[len]))
        len++;
    return len < count ? len + 1 : 0;
}

/* Appends the words of a rule, separated by spaces. */
static void join(struct buf *out, const struct slice *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buf_append(out, " ", i > 0);
        buf_append(out, words[i].ptr, words[i].len);
    }
}

/* All parentheses are checked before the first rule is applied. */
static bool all_closed(const struct slice *words, size_t count,
                       struct acl_fault *fault) {
    size_t used = 1;
    for (size_t i = 0; i < count; i += used) {
        used = rule_words(words + i, count - i);
        if (used == 0) {
            fault->why = NULL;
            join(&fault->rule, words + i, 1);
            return false;
        }
    }
    return true;
}

bool acl_user_apply(struct acl_user *user, const struct slice *rules,
                    size_t count, struct acl_fault *fault) {
    *fault = (struct acl_fault){0};
    if (!all_closed(rules, count, fault))
        return false;
    for (size_t i = 0, used; i < count; i += used) {
        used = rule_words(rules + i, count - i);
        struct buf rule = {0};
        join(&rule, rules + i, used);
        fault->why = apply_rule(user, buf_slice(&rule));
        if (fault->why != NULL) {
            fault->rule = rule;
            /* The caller may go on behind this rule, to report what else is
             * wrong. */
            fault->next = i + used;
            return false;
        }
        buf_free(&rule);
    }
    return true;
}

bool acl_user_allows_all(const struct acl_user *user) {
    const struct acl_selector *at = user->selectors;
    while (at != NULL && !acl_selector_allows_all(at))
        at = at->next;
    return at != NULL;
}

/* Describing. */

void acl_user_describe(const struct acl_user *user, struct buf *out) {
    buf_text(out, user->on ? "on " : "off ");
    buf_text(out, user->nopass ? "nopass " : "");
    buf_text(out, user->skip_sanitize ? "skip-sanitize-payload "
                                      : "sanitize-payload ");
    for (size_t i = 0; i < user->password_count; i++) {
        buf_text(out, "#");
        acl_hash_append(user->passwords[i], out);
        buf_text(out, " ");
    }
    acl_selector_describe(user->selectors, out);
    const struct acl_selector *at = user->selectors->next;
    for (; at != NULL; at = at->next) {
        buf_text(out, " (");
        acl_selector_describe(at, out);
        buf_text(out, ")");
    }
}
