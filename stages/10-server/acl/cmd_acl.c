/* ACL: the commands that show and change users. */
#include <stdio.h>

#include "acl.h"
#include "acl_check.h"
#include "acl_file.h"
#include "acl_log.h"
#include "acl_settings.h"
#include "arguments.h"
#include "buf_slice.h"
#include "clock.h"
#include "command_categories.h"
#include "command_walk.h"
#include "log.h"
#include "number.h"
#include "random.h"

#define NO_FILE                                                              \
    "ERR This Redis instance is not configured to use an ACL file. You may " \
    "want to specify users via the ACL SETUSER command and then issue a "    \
    "CONFIG REWRITE (assuming you have a Redis configuration file set) in "  \
    "order to store users in the Redis configuration."

/* For subcommands that take at most one argument more. Returns false after an
 * error reply if there are others. */
static bool takes_at_most_one(struct client *client,
                              const struct request *request) {
    if (request->argc <= 3)
        return true;
    reply_errorf(client,
                 "ERR unknown subcommand or wrong number of arguments for "
                 "'%.*s'. Try ACL HELP.",
                 SLICE_SHOWN(request->argv[1]));
    return false;
}

static void reply_buf(struct client *client, struct buf *text) {
    reply_slice(client, buf_slice(text));
    buf_free(text);
}

/* Users. */

/* ACL WHOAMI */
static void acl_whoami(struct client *client, struct request *request) {
    (void)request;
    reply_text(client, auth_user(client));
}

/* ACL USERS */
static void acl_users_reply(struct client *client, struct request *request) {
    (void)request;
    reply_array(client, auth_users.count);
    for (size_t i = 0; i < auth_users.count; i++)
        reply_text(client, auth_users.list[i]->name);
}

/* ACL LIST */
static void acl_list(struct client *client, struct request *request) {
    (void)request;
    reply_array(client, auth_users.count);
    for (size_t i = 0; i < auth_users.count; i++) {
        struct buf line = {0};
        const struct acl_user *user = auth_users.list[i];
        buf_append(&line, "user ", 5);
        buf_append(&line, user->name, strlen(user->name));
        buf_append(&line, " ", 1);
        acl_user_describe(user, &line);
        reply_buf(client, &line);
    }
}

static void reply_flags(struct client *client, const struct acl_user *user) {
    reply_set(client, user->nopass ? 3 : 2);
    reply_text(client, user->on ? "on" : "off");
    if (user->nopass)
        reply_text(client, "nopass");
    reply_text(client, user->skip_sanitize ? "skip-sanitize-payload"
                                           : "sanitize-payload");
}

static void reply_passwords(struct client *client,
                            const struct acl_user *user) {
    reply_array(client, user->password_count);
    for (size_t i = 0; i < user->password_count; i++) {
        struct buf hash = {0};
        acl_hash_append(user->passwords[i], &hash);
        reply_buf(client, &hash);
    }
}

/* Adds the three pairs that describe a selector. */
static void reply_selector(struct client *client,
                           const struct acl_selector *selector) {
    static const struct {
        const char *name;
        void (*append)(const struct acl_selector *selector, struct buf *out);
    } pairs[] = {{"commands", acl_selector_commands},
                 {"keys", acl_selector_keys},
                 {"channels", acl_selector_channels}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct buf text = {0};
        pairs[i].append(selector, &text);
        reply_text(client, pairs[i].name);
        reply_buf(client, &text);
    }
}

static size_t count_selectors(const struct acl_selector *first) {
    size_t count = 0;
    for (; first != NULL; first = first->next)
        count++;
    return count;
}

/* ACL GETUSER username */
static void acl_getuser(struct client *client, struct request *request) {
    const struct acl_user *user = acl_users_find(&auth_users, request->argv[2]);
    if (user == NULL) {
        reply_null(client);
        return;
    }
    /* flags, passwords, the three pairs of the first selector, and the
     * others. */
    reply_map(client, 6);
    reply_text(client, "flags");
    reply_flags(client, user);
    reply_text(client, "passwords");
    reply_passwords(client, user);
    reply_selector(client, user->selectors);
    reply_text(client, "selectors");
    const struct acl_selector *at = user->selectors->next;
    reply_array(client, count_selectors(at));
    for (; at != NULL; at = at->next) {
        reply_map(client, 3);
        reply_selector(client, at);
    }
}

static void reply_fault(struct client *client, struct acl_fault *fault) {
    int len = (int)buf_len(&fault->rule);
    if (fault->why == NULL)
        reply_errorf(client,
                     "ERR Unmatched parenthesis in acl selector starting at "
                     "'%.*s'.",
                     len, buf_bytes(&fault->rule));
    else
        reply_errorf(client, "ERR Error in ACL SETUSER modifier '%.*s': %s",
                     len, buf_bytes(&fault->rule), fault->why);
    buf_free(&fault->rule);
}

/* ACL SETUSER username [rule [rule ...]]
 *
 * The rules are applied to a copy, so that an error leaves the user
 * unchanged. */
static void acl_setuser(struct client *client, struct request *request) {
    struct slice name = request->argv[2];
    if (!acl_user_valid_name(name)) {
        reply_error(client,
                    "ERR Usernames can't contain spaces or null characters");
        return;
    }
    const struct acl_user *old = acl_users_find(&auth_users, name);
    struct acl_user *user =
        old != NULL ? acl_user_copy(old) : acl_user_new(name);
    struct acl_fault fault;
    if (!acl_user_apply(user, request->argv + 3, request->argc - 3, &fault)) {
        reply_fault(client, &fault);
        acl_user_free(user);
        return;
    }
    acl_replace(user, client);
    reply_ok(client);
}

/* ACL DELUSER username [username ...] */
static void acl_deluser(struct client *client, struct request *request) {
    int64_t removed = 0;
    /* If "default" is among the names, nobody is removed. */
    for (size_t i = 2; i < request->argc; i++)
        if (acl_users_find(&auth_users, request->argv[i]) == auth_default) {
            reply_error(client, "ERR The 'default' user cannot be removed");
            return;
        }
    for (size_t i = 2; i < request->argc; i++) {
        struct acl_user *user = acl_users_find(&auth_users, request->argv[i]);
        if (user == NULL)
            continue;
        acl_remove(user, client);
        removed++;
    }
    reply_integer(client, removed);
}

/* Categories. */

/* Names the commands of a category, including those that only rules know. They
 * are collected first, since the reply begins with their number. */
static void reply_commands(struct client *client, unsigned category) {
    struct command_walk walk = {.uncalled = true};
    const struct command *command, *found[COMMANDS_MAX];
    size_t count = 0;
    while ((command = command_walk_next(&walk)) != NULL)
        if (command_categories(command) & category)
            found[count++] = command;
    reply_array(client, count);
    for (size_t i = 0; i < count; i++)
        reply_text(client, found[i]->name);
}

/* ACL CAT [category] */
static void acl_cat(struct client *client, struct request *request) {
    if (!takes_at_most_one(client, request))
        return;
    if (request->argc == 2) {
        size_t count = 0;
        while (category_names[count] != NULL)
            count++;
        reply_array(client, count);
        for (size_t i = 0; i < count; i++)
            reply_text(client, category_names[i] + 1);
        return;
    }
    unsigned category = category_find(request->argv[2]);
    if (category == 0) {
        reply_errorf(client, "ERR Unknown category '%.*s'",
                     SLICE_WHOLE(request->argv[2]));
        return;
    }
    reply_commands(client, category);
}

/* Passwords made from random bytes. */

enum { BITS_DEFAULT = 256, BITS_MAX = 4096 };

/* ACL GENPASS [bits] */
static void acl_genpass(struct client *client, struct request *request) {
    uint8_t secret[BITS_MAX / 8];
    char digits[2 * sizeof secret + 1];
    int64_t bits = BITS_DEFAULT;
    if (!takes_at_most_one(client, request))
        return;
    if (request->argc == 3 &&
        !parse_i64(request->argv[2].ptr, request->argv[2].len, &bits)) {
        reply_not_an_integer(client);
        return;
    }
    if (bits <= 0 || bits > BITS_MAX) {
        reply_error(client,
                    "ERR ACL GENPASS argument must be the number of bits for "
                    "the output password, a positive number up to 4096");
        return;
    }
    size_t wanted = ((size_t)bits + 3) / 4; /* four bits make a digit */
    random_secret(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        snprintf(digits + 2 * i, 3, "%02x", secret[i]);
    reply_bulk(client, digits, wanted);
}

/* The log. */

/* Appends milliseconds as seconds, with no more digits than needed. */
static void reply_seconds(struct client *client, int64_t ms) {
    char text[32];
    int len = snprintf(text, sizeof text, "%lld.%03lld", (long long)ms / 1000,
                       (long long)ms % 1000);
    while (text[len - 1] == '0')
        len--;
    reply_double(client, text, (size_t)(text[len - 1] == '.' ? len - 1 : len));
}

static void reply_number(struct client *client, const char *name,
                         int64_t value) {
    reply_text(client, name);
    reply_integer(client, value);
}

static void reply_entry(struct client *client,
                        const struct acl_log_entry *entry) {
    static const char *const reasons[] = {[ACL_NO_COMMAND] = "command",
                                          [ACL_NO_KEY] = "key",
                                          [ACL_NO_CHANNEL] = "channel",
                                          [ACL_NO_AUTH] = "auth"};
    /* It is negative if the clock has been set back. */
    int64_t age_ms = clock_wall_us() / 1000 - entry->updated_ms;
    reply_map(client, 10);
    reply_number(client, "count", (int64_t)entry->count);
    reply_text(client, "reason");
    reply_text(client, reasons[entry->reason]);
    reply_text(client, "context");
    reply_text(client, entry->in_multi ? "multi" : "toplevel");
    reply_text(client, "object");
    reply_slice(client, entry->object);
    reply_text(client, "username");
    reply_slice(client, entry->user);
    reply_text(client, "age-seconds");
    reply_seconds(client, age_ms > 0 ? age_ms : 0);
    reply_text(client, "client-info");
    reply_slice(client, buf_slice(&entry->client));
    reply_number(client, "entry-id", (int64_t)entry->id);
    reply_number(client, "timestamp-created", entry->created_ms);
    reply_number(client, "timestamp-last-updated", entry->updated_ms);
}

/* ACL LOG [count | RESET] */
static void acl_log(struct client *client, struct request *request) {
    int64_t count = 10;
    if (!takes_at_most_one(client, request))
        return;
    if (request->argc == 3 && slice_is(request->argv[2], "reset")) {
        acl_log_reset();
        reply_ok(client);
        return;
    }
    if (request->argc == 3 &&
        !parse_i64(request->argv[2].ptr, request->argv[2].len, &count)) {
        reply_not_an_integer(client);
        return;
    }
    /* A negative count shows nothing, as in Redis. */
    size_t shown = 0;
    const struct acl_log_entry *at = acl_log_newest();
    for (; at != NULL && (int64_t)shown < count; at = at->next)
        shown++;
    reply_array(client, shown);
    for (at = acl_log_newest(); shown > 0; shown--, at = at->next)
        reply_entry(client, at);
}

/* The file. */

/* ACL LOAD */
static void acl_load(struct client *client, struct request *request) {
    struct acl_users users = {0};
    struct buf wrong = {0};
    (void)request;
    if (acl_file == NULL) {
        reply_error(client, NO_FILE);
    } else if (acl_file_load(&users, &wrong)) {
        acl_replace_all(&users, client);
        reply_ok(client);
    } else {
        reply_errorf(client, "ERR %.*s", (int)buf_len(&wrong),
                     buf_bytes(&wrong));
        buf_free(&wrong);
    }
}

/* ACL SAVE */
static void acl_save(struct client *client, struct request *request) {
    (void)request;
    if (acl_file == NULL) {
        reply_error(client, NO_FILE);
        return;
    }
    int error = acl_file_save();
    if (error == 0) {
        reply_ok(client);
        return;
    }
    /* The client learns nothing about the server's files. */
    log_error("ACL SAVE: cannot write %s: %s", acl_file, strerror(error));
    reply_error(client,
                "ERR There was an error trying to save the ACLs. Please "
                "check the server logs for more information");
}

/* Trying a request without running it. */

/* ACL DRYRUN username command [arg [arg ...]] */
static void acl_dryrun(struct client *client, struct request *request) {
    const struct slice *argv = request->argv + 3;
    size_t argc = request->argc - 3, where;
    const struct acl_user *user = acl_users_find(&auth_users, request->argv[2]);
    if (user == NULL) {
        reply_errorf(client, "ERR User '%.*s' not found",
                     SLICE_WHOLE(request->argv[2]));
        return;
    }
    const struct command *command = command_called(argv, argc);
    if (command == NULL) {
        reply_errorf(client, "ERR Command '%.*s' not found",
                     SLICE_WHOLE(argv[0]));
        return;
    }
    if (!command_takes(command, argc)) {
        reply_errorf(client, "ERR wrong number of arguments for '%s' command",
                     command->name);
        return;
    }
    enum acl_verdict verdict = acl_check(user, command, argv, argc, &where);
    if (verdict == ACL_ALLOWED) {
        reply_ok(client);
        return;
    }
    struct buf why = {0};
    acl_check_explain(&why, user, command, verdict, &argv[where]);
    reply_buf(client, &why);
}

enum {
    PLAIN = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE,
    OWNER = CMD_ADMIN | PLAIN
};

const struct command acl_commands[] = {
    {"acl", NULL, -2, CMD_CONTAINER},
    {"acl|cat", acl_cat, -2, PLAIN},
    {"acl|deluser", acl_deluser, -3, OWNER},
    {"acl|dryrun", acl_dryrun, -4, OWNER},
    {"acl|genpass", acl_genpass, -2, PLAIN},
    {"acl|getuser", acl_getuser, 3, OWNER},
    {"acl|list", acl_list, 2, OWNER},
    {"acl|load", acl_load, 2, OWNER},
    {"acl|log", acl_log, -2, OWNER},
    {"acl|save", acl_save, 2, OWNER},
    {"acl|setuser", acl_setuser, -3, OWNER},
    {"acl|users", acl_users_reply, 2, OWNER},
    {"acl|whoami", acl_whoami, 2, PLAIN},
    {0},
};
