/* Commands about keys, whatever their values are. */
#include "arguments.h"
#include "command.h"
#include "key_use.h"
#include "key_walk.h"
#include "keyspace.h"

/* A key that is named twice is gone the second time, and counts once. */
static bool delete_key(const struct key *key) {
    bool deleted = keyspace_delete(key);
    if (deleted)
        keyspace_changed(key, "gdel", 1);
    return deleted;
}

/* DEL key [key ...], and UNLINK, which need not differ while freeing a value is
 * fast */
static void cmd_del(struct client *client, struct request *request) {
    struct key_walk walk = key_walk(client, request, 1);
    int64_t deleted = 0;
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;)
        deleted += delete_key(key);
    reply_integer(client, deleted);
}

/* EXISTS key [key ...]: a key that is named twice counts twice */
static void cmd_exists(struct client *client, struct request *request) {
    struct key_walk walk = key_walk(client, request, 1);
    int64_t found = 0;
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;)
        found += keyspace_look(client, key) != NULL;
    reply_integer(client, found);
}

/* TOUCH key [key ...] */
static void cmd_touch(struct client *client, struct request *request) {
    struct key_walk walk = key_walk(client, request, 1);
    int64_t found = 0;
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;) {
        struct entry *entry = keyspace_look(client, key);
        if (entry == NULL)
            continue;
        /* That is what it is for, so it also does it for a client whose
         * commands otherwise leave keys as used as they were. */
        key_use(entry);
        found++;
    }
    reply_integer(client, found);
}

/* TYPE key */
static void cmd_type(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry = keyspace_look(client, &key);
    reply_simple(client, entry ? stage_types[entry_type(entry)].name : "none");
}

/* Moves the value of one key to another, and sets *renamed, unless the other
 * one exists and may not be replaced. Returns false, after the error reply, if
 * the first key is missing. */
static bool rename_key(struct client *client, const struct request *request,
                       bool replace, bool *renamed) {
    struct key key = keyspace_key(client, request->argv[1]);
    struct key as = keyspace_key(client, request->argv[2]);
    if (keyspace_read(client, &key) == NULL) {
        reply_error(client, "ERR no such key");
        return false;
    }
    /* A key that is renamed to itself has not changed. */
    bool same = slice_equal(key.text, as.text);
    *renamed = replace || (!same && keyspace_use(client, &as) == NULL);
    if (!*renamed || same)
        return true;
    keyspace_move(&key, &as);
    keyspace_changed(&key, "grename_from", 0);
    keyspace_changed(&as, "grename_to", 1);
    return true;
}

/* RENAME key newkey */
static void cmd_rename(struct client *client, struct request *request) {
    bool renamed;
    if (rename_key(client, request, true, &renamed))
        reply_ok(client);
}

/* RENAMENX key newkey */
static void cmd_renamenx(struct client *client, struct request *request) {
    bool renamed;
    if (rename_key(client, request, false, &renamed))
        reply_integer(client, renamed);
}

/* Gives the error reply if source and destination do not differ, and returns
 * what it was given. */
static bool are_different(struct client *client, bool different) {
    if (!different)
        reply_error(client, "ERR source and destination objects are the same");
    return different;
}

/* Reads [DB destination-db] [REPLACE]. Returns false after an error reply. */
static bool parse_copy(struct client *client, const struct request *request,
                       int *database, bool *replace) {
    const struct slice *argv = request->argv;
    *database = client->database;
    *replace = false;
    for (size_t i = 3; i < request->argc; i++) {
        if (slice_is(argv[i], "replace")) {
            *replace = true;
        } else if (slice_is(argv[i], "db") && i + 1 < request->argc) {
            if (!argument_database(client, argv[++i], database))
                return false;
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    return are_different(client, *database != client->database ||
                                     !slice_equal(argv[1], argv[2]));
}

/* COPY source destination [DB destination-db] [REPLACE] */
static void cmd_copy(struct client *client, struct request *request) {
    int database;
    bool replace;
    if (!parse_copy(client, request, &database, &replace))
        return;
    struct key key = keyspace_key(client, request->argv[1]);
    struct key as = db_key(keyspace_db(database), request->argv[2]);
    /* A missing source is not an error here, as it is for RENAME. */
    bool copied = keyspace_read(client, &key) != NULL &&
                  (replace || keyspace_use(client, &as) == NULL);
    if (copied) {
        keyspace_copy(&key, &as);
        keyspace_changed(&as, "gcopy_to", 1);
    }
    reply_integer(client, copied);
}

/* MOVE key db */
static void cmd_move(struct client *client, struct request *request) {
    int database;
    if (!argument_database(client, request->argv[2], &database) ||
        !are_different(client, database != client->database))
        return;
    struct key key = keyspace_key(client, request->argv[1]);
    struct key as = db_key(keyspace_db(database), request->argv[1]);
    bool moved = keyspace_read(client, &key) != NULL &&
                 keyspace_use(client, &as) == NULL;
    if (moved) {
        keyspace_move(&key, &as);
        keyspace_changed(&key, "gmove_from", 0);
        keyspace_changed(&as, "gmove_to", 1);
    }
    reply_integer(client, moved);
}

const struct command key_commands[] = {
    {"del", cmd_del, -2, CMD_WRITE},
    {"unlink", cmd_del, -2, CMD_WRITE | CMD_FAST},
    {"exists", cmd_exists, -2, CMD_READONLY | CMD_FAST},
    {"touch", cmd_touch, -2, CMD_READONLY | CMD_FAST},
    {"type", cmd_type, 2, CMD_READONLY | CMD_FAST},
    {"rename", cmd_rename, 3, CMD_WRITE},
    {"renamenx", cmd_renamenx, 3, CMD_WRITE | CMD_FAST},
    {"copy", cmd_copy, -3, CMD_WRITE | CMD_DENYOOM},
    {"move", cmd_move, 3, CMD_WRITE | CMD_FAST},
    {0},
};
