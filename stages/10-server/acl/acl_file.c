#include "acl_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "acl.h"
#include "acl_settings.h"
#include "buf_slice.h"
#include "buf_text.h"
#include "file_replace.h"
#include "log.h"
#include "xalloc.h"

/* A line, split into words. */

struct words {
    struct slice *list;
    size_t count;
};

static void add_word(struct words *words, struct slice word) {
    words->list =
        xrealloc(words->list, (words->count + 1) * sizeof *words->list);
    words->list[words->count++] = word;
}

/* Splits a line at each space. Two spaces in a row have an empty word between
 * them, as in Redis; as a rule it means nothing. */
static void split(struct words *words, struct slice line) {
    size_t start = 0;
    for (size_t i = 0; i <= line.len; i++) {
        if (i < line.len && line.ptr[i] != ' ')
            continue;
        add_word(words, (struct slice){line.ptr + start, i - start});
        start = i + 1;
    }
}

static struct slice trim(char *text, size_t len) {
    while (len > 0 && memchr(" \t\r\n", text[len - 1], 4) != NULL)
        len--;
    while (len > 0 && memchr(" \t\r\n", *text, 4) != NULL) {
        text++;
        len--;
    }
    return (struct slice){text, len};
}

/* Reading the file. */

struct reading {
    struct acl_users *users;
    struct buf *wrong;
    int line;
};

/* Applies the rules of a user, and appends what is wrong with them. Every
 * unknown name is reported, so that all can be corrected at once. Only the
 * first of the other faults is reported, since it may be the cause of the next
 * ones, and without the rule itself, which may be a password. */
static void apply_rules(struct reading *reading, struct acl_user *user,
                        const struct slice *rules, size_t count) {
    struct acl_fault fault;
    bool said = false;
    for (size_t at = 0; !acl_user_apply(user, rules + at, count - at, &fault);
         at += fault.next) {
        if (fault.why == NULL) {
            buf_text_format(reading->wrong,
                            "%s:%d: Unmatched parenthesis in selector "
                            "definition.",
                            acl_file, reading->line);
        } else if (strcmp(fault.why, ACL_UNKNOWN) == 0) {
            buf_text_format(reading->wrong,
                            "%s:%d: Error in applying operation '%.*s': %s. ",
                            acl_file, reading->line, (int)buf_len(&fault.rule),
                            buf_bytes(&fault.rule), fault.why);
        } else if (!said) {
            said = true;
            buf_text_format(reading->wrong, "%s:%d: %s. ", acl_file,
                            reading->line, fault.why);
        }
        buf_free(&fault.rule);
        if (fault.why == NULL)
            return;
    }
}

static void read_user(struct reading *reading, const struct words *words) {
    if (words->count < 2 || strncmp(words->list[0].ptr, "user", 4) != 0 ||
        words->list[0].len != 4) {
        buf_text_format(reading->wrong,
                        "%s:%d should start with user keyword followed by the "
                        "username. ",
                        acl_file, reading->line);
        return;
    }
    struct slice name = words->list[1];
    if (!acl_user_valid_name(name)) {
        buf_text_format(reading->wrong,
                        "%s:%d: username '%.*s' contains invalid characters. ",
                        acl_file, reading->line, SLICE_WHOLE(name));
        return;
    }
    if (acl_users_find(reading->users, name) != NULL) {
        buf_text_format(reading->wrong,
                        "WARNING: Duplicate user '%.*s' found on line %d. ",
                        SLICE_WHOLE(name), reading->line);
        return;
    }
    struct acl_user *user = acl_user_new(name);
    acl_users_add(reading->users, user);
    apply_rules(reading, user, words->list + 2, words->count - 2);
}

static void read_lines(struct reading *reading, FILE *file) {
    char *text = NULL;
    size_t room = 0;
    ssize_t len;
    while ((len = getline(&text, &room, file)) > 0) {
        struct slice line = trim(text, (size_t)len);
        struct words words = {0};
        reading->line++;
        if (line.len == 0)
            continue;
        split(&words, line);
        read_user(reading, &words);
        free(words.list);
    }
    free(text);
}

/* A user that the file does not name is removed, except "default", which
 * becomes that of a new server. */
static void add_default(struct acl_users *users) {
    struct acl_user *user = acl_user_new_default();
    if (acl_users_find(users, slice_of(user->name)))
        acl_user_free(user);
    else
        acl_users_add(users, user);
}

bool acl_file_load(struct acl_users *users, struct buf *wrong) {
    struct reading reading = {users, wrong, 0};
    FILE *file = fopen(acl_file, "re");
    if (file != NULL) {
        errno = 0;
        read_lines(&reading, file);
    }
    if (file == NULL || ferror(file))
        buf_text_format(wrong, "Error loading ACLs, opening file '%s': %s",
                        acl_file, strerror(errno));
    else if (buf_len(wrong) > 0)
        buf_text(wrong, "WARNING: ACL errors detected, no change to the "
                        "previously active ACL rules was performed");
    if (file != NULL)
        fclose(file);
    if (buf_len(wrong) > 0) {
        acl_users_free(users);
        return false;
    }
    add_default(users);
    return true;
}

/* Writing the file. */

int acl_file_save(void) {
    struct buf text = {0};
    struct file_replace file;
    for (size_t i = 0; i < auth_users.count; i++) {
        buf_text_format(&text, "user %s ", auth_users.list[i]->name);
        acl_user_describe(auth_users.list[i], &text);
        buf_text(&text, "\n");
    }
    /* The new file replaces the old one only when it is whole, because half a
     * file would be other users. */
    int error = file_replace_begin(&file, acl_file);
    if (error == 0) {
        error = file_write_all(file.fd, buf_bytes(&text), buf_len(&text));
        error = file_replace_commit(&file, error);
        file_replace_clean_all(acl_file); /* what a crash left */
    }
    buf_free(&text);
    return error;
}

/* Lines of the configuration file. They are read before the commands are known,
 * so their rules are checked when the server starts. */

static struct words *lines;
static size_t line_count;

const char *acl_file_line(const struct slice *words, size_t count) {
    if (count == 0 || !acl_user_valid_name(words[0]))
        return "a user has a name without blanks, and rules";
    for (size_t i = 0; i < line_count; i++)
        if (slice_equal(lines[i].list[0], words[0]))
            return "Duplicate user found. A user can only be defined once in "
                   "config files";
    lines = xrealloc(lines, (line_count + 1) * sizeof *lines);
    struct words *line = &lines[line_count++];
    *line = (struct words){0};
    for (size_t i = 0; i < count; i++) {
        /* The words lie in the buffer of the file that is being read. One byte
         * more, because a word may be empty. */
        char *copy = xmalloc(words[i].len + 1);
        memcpy(copy, words[i].ptr, words[i].len);
        add_word(line, (struct slice){copy, words[i].len});
    }
    return NULL;
}

static void free_lines(void) {
    for (size_t i = 0; i < line_count; i++) {
        for (size_t w = 0; w < lines[i].count; w++)
            free(lines[i].list[w].ptr);
        free(lines[i].list);
    }
    free(lines);
    lines = NULL;
    line_count = 0;
}

static void take_line(const struct words *line) {
    struct acl_user *user = acl_user_new(line->list[0]);
    struct acl_fault fault;
    if (!acl_user_apply(user, line->list + 1, line->count - 1, &fault)) {
        log_error("user %s: '%.*s': %s", user->name, (int)buf_len(&fault.rule),
                  buf_bytes(&fault.rule),
                  fault.why != NULL ? fault.why : "unmatched parenthesis");
        log_exit();
    }
    acl_replace(user, NULL);
}

void acl_file_start(void) {
    struct buf wrong = {0};
    struct acl_users users = {0};
    /* Which of the two should win, and which should be written later, would be
     * a guess. */
    if (acl_file != NULL && line_count > 0) {
        log_error("there are users both in lines of the configuration and in "
                  "the file %s: it must be one or the other",
                  acl_file);
        log_exit();
    }
    for (size_t i = 0; i < line_count; i++)
        take_line(&lines[i]);
    free_lines();
    if (acl_file == NULL)
        return;
    if (!acl_file_load(&users, &wrong)) {
        log_error("%.*s", (int)buf_len(&wrong), buf_bytes(&wrong));
        log_exit();
    }
    acl_replace_all(&users, NULL);
}

/* Appends rules in the form of the configuration file: a word that would be
 * read differently without quotes is quoted. */
static void append_quoted(struct buf *out, struct slice rules) {
    struct words words = {0};
    split(&words, rules);
    for (size_t i = 0; i < words.count; i++) {
        struct slice word = words.list[i];
        bool plain = true;
        for (size_t b = 0; b < word.len; b++)
            plain = plain && word.ptr[b] > ' ' && word.ptr[b] < 127 &&
                    memchr("\"'\\", word.ptr[b], 3) == NULL;
        buf_text(out, i > 0 ? " " : "");
        buf_text(out, plain && word.len > 0 ? "" : "\"");
        for (size_t b = 0; b < word.len; b++)
            buf_text_format(out, plain ? "%c" : "\\x%02x",
                            (unsigned char)word.ptr[b]);
        buf_text(out, plain && word.len > 0 ? "" : "\"");
    }
    free(words.list);
}

/* Users of an ACL file have no lines here, nor has "default" as long as it is
 * that of a new server. */
void acl_file_lines(struct buf *out) {
    static const char untouched[] =
        "default on nopass sanitize-payload ~* &* +@all";
    for (size_t i = 0; acl_file == NULL && i < auth_users.count; i++) {
        struct buf text = {0};
        buf_text_format(&text, "%s ", auth_users.list[i]->name);
        acl_user_describe(auth_users.list[i], &text);
        struct slice rules = buf_slice(&text);
        /* Redis always writes "default". Here a file that never named a user
         * stays without such lines. */
        if (auth_users.count > 1 || rules.len != sizeof untouched - 1 ||
            memcmp(rules.ptr, untouched, rules.len) != 0) {
            append_quoted(out, rules);
            buf_text(out, "\n");
        }
        buf_free(&text);
    }
}
