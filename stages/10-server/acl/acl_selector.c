#include "acl_selector.h"

#include <ctype.h>
#include <stdlib.h>

#include "acl_settings.h"
#include "buf_slice.h"
#include "buf_text.h"
#include "command_categories.h"
#include "command_names.h"
#include "command_walk.h"
#include "xalloc.h"

struct acl_selector *acl_selector_new(void) {
    struct acl_selector *selector = xcalloc(1, sizeof *selector);
    selector->all_channels = acl_channels_default == ACL_ALL_CHANNELS;
    return selector;
}

/* First arguments. */

/* One that is there already is not added again: else a user that is changed
 * again and again would grow for ever. */
static void add_first_argument(struct acl_selector *selector, size_t command,
                               struct slice text) {
    for (size_t i = 0; i < selector->first_argument_count; i++) {
        const struct acl_first_argument *at = &selector->first_arguments[i];
        if (at->command == command && slice_is(text, at->text))
            return;
    }
    size_t count = selector->first_argument_count++;
    selector->first_arguments =
        xrealloc(selector->first_arguments,
                 (count + 1) * sizeof *selector->first_arguments);
    char *copy = xmalloc(text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = (char)tolower((unsigned char)text.ptr[i]);
    copy[text.len] = '\0';
    selector->first_arguments[count] =
        (struct acl_first_argument){command, copy};
}

/* Removes the first arguments that are allowed for one command. */
static void drop_first_arguments(struct acl_selector *selector,
                                 size_t command) {
    size_t kept = 0;
    for (size_t i = 0; i < selector->first_argument_count; i++) {
        struct acl_first_argument *at = &selector->first_arguments[i];
        if (at->command == command)
            free(at->text);
        else
            selector->first_arguments[kept++] = *at;
    }
    selector->first_argument_count = kept;
}

static void clear_first_arguments(struct acl_selector *selector) {
    for (size_t i = 0; i < selector->first_argument_count; i++)
        free(selector->first_arguments[i].text);
    free(selector->first_arguments);
    selector->first_arguments = NULL;
    selector->first_argument_count = 0;
}

/* Copies. */

struct acl_selector *acl_selector_copy(const struct acl_selector *from) {
    struct acl_selector *selector = xmalloc(sizeof *selector);
    /* What the copy does not share is replaced in the lines that follow. */
    *selector = *from;
    selector->next = NULL;
    selector->first_arguments = NULL;
    selector->first_argument_count = 0;
    for (size_t i = 0; i < from->first_argument_count; i++) {
        const struct acl_first_argument *at = &from->first_arguments[i];
        add_first_argument(selector, at->command, slice_of(at->text));
    }
    acl_patterns_copy(&selector->keys, &from->keys);
    acl_patterns_copy(&selector->channels, &from->channels);
    selector->rules = (struct buf){0};
    struct slice rules = buf_slice(&from->rules);
    buf_append(&selector->rules, rules.ptr, rules.len);
    return selector;
}

void acl_selector_free(struct acl_selector *selector) {
    clear_first_arguments(selector);
    acl_patterns_clear(&selector->keys);
    acl_patterns_clear(&selector->channels);
    buf_free(&selector->rules);
    free(selector);
}

/* Rules about commands, as text. */

/* Returns true if a rule without its sign is about this command or category,
 * or about a subcommand or first argument of it. */
static bool is_about(struct slice rule, struct slice name) {
    return rule.len >= name.len &&
           slice_equal((struct slice){rule.ptr, name.len}, name) &&
           (rule.len == name.len || rule.ptr[name.len] == '|');
}

/* Appends a rule behind a space, unless it is the first. */
static void append_rule(struct buf *rules, struct slice rule) {
    if (buf_len(rules) > 0)
        buf_text(rules, " ");
    buf_append(rules, rule.ptr, rule.len);
}

/* Adds a rule to the text, and removes the rules that it overrides: without
 * that, a user that is changed again and again would grow for ever. */
static void note_rule(struct acl_selector *selector, char sign,
                      struct slice given) {
    struct buf kept = {0}, lower = {0};
    buf_append(&lower, &sign, 1);
    for (size_t i = 0; i < given.len; i++) {
        char c = (char)tolower((unsigned char)given.ptr[i]);
        buf_append(&lower, &c, 1);
    }
    struct slice rule = buf_slice(&lower);
    struct slice old = buf_slice(&selector->rules);
    struct slice name = {rule.ptr + 1, rule.len - 1};
    for (size_t at = 0; at < old.len;) {
        char *end = memchr(old.ptr + at, ' ', old.len - at);
        size_t len = end != NULL ? (size_t)(end - old.ptr) - at : old.len - at;
        struct slice earlier = {old.ptr + at, len};
        at += len + 1;
        if (!is_about((struct slice){earlier.ptr + 1, len - 1}, name))
            append_rule(&kept, earlier);
    }
    append_rule(&kept, rule);
    buf_free(&selector->rules);
    buf_free(&lower);
    selector->rules = kept;
}

/* Rules about commands, as bits. */

static void set_bit(struct acl_selector *selector,
                    const struct command *command, bool allow) {
    size_t number = command_number(command);
    uint64_t bit = (uint64_t)1 << number % 64;
    if (allow) {
        selector->commands[number / 64] |= bit;
    } else {
        selector->commands[number / 64] &= ~bit;
        selector->all_commands = false;
    }
    /* The rule is about the whole command and overrides those about its first
     * arguments. */
    drop_first_arguments(selector, number);
}

/* Allows or forbids a command with all of its subcommands. */
static void set_command(struct acl_selector *selector,
                        const struct command *command, bool allow) {
    set_bit(selector, command, allow);
    if (!(command->flags & CMD_CONTAINER))
        return;
    struct command_walk walk = {.uncalled = true};
    const struct command *sub;
    while ((sub = command_walk_next_of(&walk, command)) != NULL)
        set_bit(selector, sub, allow);
}

static void set_all(struct acl_selector *selector, bool allow) {
    memset(selector->commands, allow ? 0xff : 0, sizeof selector->commands);
    selector->all_commands = selector->others_too = allow;
    clear_first_arguments(selector);
    buf_free(&selector->rules);
}

/* @read */
static const char *apply_category(struct acl_selector *selector, char sign,
                                  struct slice name) {
    struct slice word = {name.ptr + 1, name.len - 1};
    if (slice_is(word, "all")) {
        set_all(selector, sign == '+');
        return NULL;
    }
    unsigned category = category_find(word);
    if (category == 0)
        return ACL_UNKNOWN;
    struct command_walk walk = {.uncalled = true};
    const struct command *command;
    while ((command = command_walk_next(&walk)) != NULL)
        if (command_categories(command) & category)
            set_command(selector, command, sign == '+');
    note_rule(selector, sign, name);
    return NULL;
}

/* get, config|get */
static const char *apply_command(struct acl_selector *selector, char sign,
                                 struct slice name) {
    const struct command *command = command_named(name);
    if (command == NULL)
        return ACL_UNKNOWN;
    set_command(selector, command, sign == '+');
    note_rule(selector, sign, name);
    return NULL;
}

static bool has_spaces(struct slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\0' || isspace((unsigned char)text.ptr[i]))
            return true;
    return false;
}

/* The number of bytes before the last bar of a name, or the length of the name
 * if it has none. */
static size_t before_bar(struct slice name) {
    size_t len = name.len;
    while (len > 0 && name.ptr[len - 1] != '|')
        len--;
    return len > 0 ? len - 1 : name.len;
}

/* select|0: allows a command that has no subcommands with this first argument
 * alone. An argument with a space in it is refused, because it could not be
 * read back from a file. */
static const char *apply_first_argument(struct acl_selector *selector,
                                        struct slice name, size_t bar) {
    const struct command *command =
        command_named((struct slice){name.ptr, bar});
    if (command == NULL)
        return ACL_UNKNOWN;
    if (command_is_sub(command))
        return "Allowing first-arg of a subcommand is not supported";
    if (bar + 1 == name.len || has_spaces(name))
        return ACL_SYNTAX_ERROR;
    /* The name is that of a subcommand after all, such as config|get. */
    if (command->flags & CMD_CONTAINER)
        return apply_command(selector, '+', name);
    add_first_argument(selector, command_number(command),
                       (struct slice){name.ptr + bar + 1, name.len - bar - 1});
    note_rule(selector, '+', name);
    return NULL;
}

static const char *apply_to_commands(struct acl_selector *selector,
                                     struct slice rule) {
    char sign = rule.ptr[0];
    struct slice name = {rule.ptr + 1, rule.len - 1};
    if (name.len > 0 && name.ptr[0] == '@')
        return apply_category(selector, sign, name);
    size_t bar = before_bar(name);
    if (sign == '+' && bar < name.len)
        return apply_first_argument(selector, name, bar);
    return apply_command(selector, sign, name);
}

/* Rules about keys and channels. */

/* Reads the part before a pattern: ~ %R~ %W~ %RW~. Returns its length, or 0 if
 * it is none of these. */
static size_t read_permissions(struct slice rule, unsigned *permissions) {
    *permissions = ACL_READ_WRITE;
    if (rule.ptr[0] == '~')
        return 1;
    *permissions = 0;
    for (size_t i = 1; i < rule.len; i++) {
        char c = (char)toupper((unsigned char)rule.ptr[i]);
        unsigned permission = c == 'R' ? ACL_READ : c == 'W' ? ACL_WRITE : 0;
        if (c == '~')
            return *permissions != 0 ? i + 1 : 0;
        /* A letter twice is refused, as in Redis. */
        if (permission == 0 || (*permissions & permission))
            return 0;
        *permissions |= permission;
    }
    /* Without a second ~ the pattern is empty, as in Redis. */
    return *permissions != 0 ? rule.len : 0;
}

static const char *apply_to_keys(struct acl_selector *selector,
                                 struct slice rule) {
    if (selector->all_keys)
        return "Adding a pattern after the * pattern (or the 'allkeys' flag) "
               "is not valid and does not have any effect. Try 'resetkeys' to "
               "start with an empty list of patterns";
    unsigned permissions;
    size_t used = read_permissions(rule, &permissions);
    struct slice pattern = {rule.ptr + used, rule.len - used};
    if (used == 0 || has_spaces(pattern))
        return ACL_SYNTAX_ERROR;
    acl_patterns_add(&selector->keys, pattern, permissions);
    return NULL;
}

static const char *apply_to_channels(struct acl_selector *selector,
                                     struct slice rule) {
    if (selector->all_channels)
        return "Adding a pattern after the * pattern (or the 'allchannels' "
               "flag) is not valid and does not have any effect. Try "
               "'resetchannels' to start with an empty list of channels";
    struct slice pattern = {rule.ptr + 1, rule.len - 1};
    if (has_spaces(pattern))
        return ACL_SYNTAX_ERROR;
    acl_patterns_add(&selector->channels, pattern, 0);
    return NULL;
}

static void set_keys(struct acl_selector *selector, bool all) {
    selector->all_keys = all;
    acl_patterns_clear(&selector->keys);
}

static void set_channels(struct acl_selector *selector, bool all) {
    selector->all_channels = all;
    acl_patterns_clear(&selector->channels);
}

const char *acl_selector_apply(struct acl_selector *selector,
                               struct slice rule) {
    /* Words that set all or none come before the signs, since ~* and &* also
     * begin with one. */
    if (slice_is(rule, "allkeys") || slice_is(rule, "~*"))
        set_keys(selector, true);
    else if (slice_is(rule, "resetkeys"))
        set_keys(selector, false);
    else if (slice_is(rule, "allchannels") || slice_is(rule, "&*"))
        set_channels(selector, true);
    else if (slice_is(rule, "resetchannels"))
        set_channels(selector, false);
    else if (slice_is(rule, "allcommands"))
        set_all(selector, true);
    else if (slice_is(rule, "nocommands"))
        set_all(selector, false);
    else if (rule.ptr[0] == '~' || rule.ptr[0] == '%')
        return apply_to_keys(selector, rule);
    else if (rule.ptr[0] == '&')
        return apply_to_channels(selector, rule);
    else if (rule.ptr[0] == '+' || rule.ptr[0] == '-')
        return apply_to_commands(selector, rule);
    else
        return ACL_SYNTAX_ERROR;
    return NULL;
}

/* Describing. */

void acl_selector_commands(const struct acl_selector *selector,
                           struct buf *out) {
    buf_text(out, selector->others_too ? "+@all" : "-@all");
    struct slice rules = buf_slice(&selector->rules);
    if (rules.len > 0)
        buf_text(out, " ");
    buf_append(out, rules.ptr, rules.len);
}

/* A star with both permissions is written as %RW~* if other patterns stand
 * behind it: "~*" is the rule "allkeys", which none may follow. */
static const char *sign_of(const struct acl_patterns *patterns, size_t number,
                           const char *const signs[]) {
    const struct acl_pattern *pattern = &patterns->list[number];
    bool is_star = pattern->text.len == 1 && pattern->text.ptr[0] == '*';
    bool is_last = number + 1 == patterns->count;
    return is_star && !is_last && pattern->permissions == ACL_READ_WRITE
               ? "%RW~"
               : signs[pattern->permissions];
}

static void append_patterns(struct buf *out,
                            const struct acl_patterns *patterns,
                            const char *const signs[]) {
    for (size_t i = 0; i < patterns->count; i++) {
        struct slice text = patterns->list[i].text;
        buf_text(out, i > 0 ? " " : "");
        buf_text(out, sign_of(patterns, i, signs));
        buf_append(out, text.ptr, text.len);
    }
}

void acl_selector_keys(const struct acl_selector *selector, struct buf *out) {
    static const char *const signs[] = {
        [ACL_READ] = "%R~", [ACL_WRITE] = "%W~", [ACL_READ_WRITE] = "~"};
    buf_text(out, selector->all_keys ? "~*" : "");
    append_patterns(out, &selector->keys, signs);
}

void acl_selector_channels(const struct acl_selector *selector,
                           struct buf *out) {
    static const char *const signs[] = {"&"};
    buf_text(out, selector->all_channels ? "&*" : "");
    append_patterns(out, &selector->channels, signs);
}

void acl_selector_describe(const struct acl_selector *selector,
                           struct buf *out) {
    acl_selector_keys(selector, out);
    if (selector->all_keys || selector->keys.count > 0)
        buf_text(out, " ");
    /* A new user may have all channels by default (acl-pubsub-default), so the
     * text takes them away before it names those that are allowed. */
    buf_text(out, selector->all_channels ? "" : "resetchannels ");
    acl_selector_channels(selector, out);
    if (selector->all_channels || selector->channels.count > 0)
        buf_text(out, " ");
    acl_selector_commands(selector, out);
}
