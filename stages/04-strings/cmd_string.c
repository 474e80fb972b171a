/* Commands that set and get whole values: SET GET and their kin. */
#include "command.h"
#include "commands.h"
#include "key_walk.h"
#include "keyspace.h"

/* The value, or null for a key that is not there. */
static void reply_value(struct client *client, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (entry != NULL)
        reply_slice(client, entry_value(entry, scratch));
    else
        reply_null(client);
}

static void set_key(struct db *db, const struct key *key, struct slice value) {
    keyspace_set(db, key, value);
    keyspace_changed(db, key);
}

/* GET key */
static void cmd_get(struct client *client, struct request *request) {
    struct db *db = keyspace_db(client->database);
    struct key key = keyspace_key(request->argv[1]);
    reply_value(client, keyspace_read(client, db, &key));
}

struct set_options {
    bool if_absent, if_present, get;
};

/* Returns false when the arguments make no sense. */
static bool parse_set(const struct slice *argv, size_t argc,
                      struct set_options *options) {
    *options = (struct set_options){0};
    for (size_t i = 3; i < argc; i++) {
        if (slice_is(argv[i], "nx"))
            options->if_absent = true;
        else if (slice_is(argv[i], "xx"))
            options->if_present = true;
        else if (slice_is(argv[i], "get"))
            options->get = true;
        else
            return false;
    }
    return !(options->if_absent && options->if_present);
}

/* SET key value with options: the old value matters. */
static void set_with(struct client *client, struct request *request,
                     struct set_options options) {
    struct db *db = keyspace_db(client->database);
    struct key key = keyspace_key(request->argv[1]);
    const struct entry *old = keyspace_read(client, db, &key);
    bool set = old == NULL ? !options.if_present : !options.if_absent;
    if (options.get)
        reply_value(client, old);
    else if (set)
        reply_ok(client);
    else
        reply_null(client);
    if (set)
        set_key(db, &key, request->argv[2]);
}

/* SET key value [NX | XX] [GET] */
static void cmd_set(struct client *client, struct request *request) {
    struct set_options options;
    if (request->argc == 3) {
        struct key key = keyspace_key(request->argv[1]);
        set_key(keyspace_db(client->database), &key, request->argv[2]);
        reply_ok(client);
    } else if (parse_set(request->argv, request->argc, &options)) {
        set_with(client, request, options);
    } else {
        reply_syntax_error(client);
    }
}

/* SETNX key value */
static void cmd_setnx(struct client *client, struct request *request) {
    struct db *db = keyspace_db(client->database);
    struct key key = keyspace_key(request->argv[1]);
    bool set = keyspace_read(client, db, &key) == NULL;
    if (set)
        set_key(db, &key, request->argv[2]);
    reply_integer(client, set);
}

/* GETSET key value */
static void cmd_getset(struct client *client, struct request *request) {
    set_with(client, request, (struct set_options){.get = true});
}

/* GETDEL key */
static void cmd_getdel(struct client *client, struct request *request) {
    struct db *db = keyspace_db(client->database);
    struct key key = keyspace_key(request->argv[1]);
    reply_value(client, keyspace_read(client, db, &key));
    if (keyspace_delete(db, &key))
        keyspace_changed(db, &key);
}

/* MGET key [key ...] */
static void cmd_mget(struct client *client, struct request *request) {
    struct db *db = keyspace_db(client->database);
    struct key_walk walk =
        key_walk(db, request->argv + 1, request->argc - 1, 1);
    reply_array(client, request->argc - 1);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;)
        reply_value(client, keyspace_read(client, db, key));
}

/* Whether each key has its value; else gives the error reply. */
static bool are_pairs(struct client *client, const struct request *request) {
    if (request->argc % 2 == 0)
        reply_errorf(client, "ERR wrong number of arguments for '%s' command",
                     client->last_command->name);
    return request->argc % 2 == 1;
}

static void set_pairs(struct db *db, const struct request *request) {
    const struct slice *value = request->argv + 2;
    struct key_walk walk =
        key_walk(db, request->argv + 1, request->argc - 1, 2);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;) {
        set_key(db, key, *value);
        value += 2;
    }
}

/* MSET key value [key value ...] */
static void cmd_mset(struct client *client, struct request *request) {
    if (!are_pairs(client, request))
        return;
    set_pairs(keyspace_db(client->database), request);
    reply_ok(client);
}

/* MSETNX key value [key value ...]: all of them, or none */
static void cmd_msetnx(struct client *client, struct request *request) {
    if (!are_pairs(client, request))
        return;
    struct db *db = keyspace_db(client->database);
    struct key_walk walk =
        key_walk(db, request->argv + 1, request->argc - 1, 2);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;) {
        if (keyspace_read(client, db, key) != NULL) {
            reply_integer(client, 0);
            return;
        }
    }
    set_pairs(db, request);
    reply_integer(client, 1);
}

/* clang-format off */
const struct command string_commands[] = {
    {"get", cmd_get, 2, CMD_READONLY | CMD_FAST,
     {{"RO access", 1, 0, 1}},
     "string", "1.0.0", "O(1)",
     "Answers the value of a key, or null if there is no such key.",
     "key", NULL},
    {"set", cmd_set, -3, CMD_WRITE | CMD_DENYOOM,
     {{"RW access update variable_flags", 1, 0, 1}},
     "string", "1.0.0", "O(1)",
     "Gives a key a value, new or not, or only one of the two.",
     "key value [NX | XX] [GET]", NULL},
    {"setnx", cmd_setnx, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST,
     {{"OW insert", 1, 0, 1}},
     "string", "1.0.0", "O(1)",
     "Gives a key a value if there is no such key yet.",
     "key value", NULL},
    {"getset", cmd_getset, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST,
     {{"RW access update", 1, 0, 1}},
     "string", "1.0.0", "O(1)",
     "Gives a key a value and answers the one that it had.",
     "key value", NULL},
    {"getdel", cmd_getdel, 2, CMD_WRITE | CMD_FAST,
     {{"RW access delete", 1, 0, 1}},
     "string", "6.2.0", "O(1)",
     "Answers the value of a key and deletes the key.",
     "key", NULL},
    {"mget", cmd_mget, -2, CMD_READONLY | CMD_FAST,
     {{"RO access", 1, -1, 1}},
     "string", "1.0.0", "O(N) where N is the number of keys",
     "Answers the values of several keys, null for those that are not there.",
     "key [key ...]", NULL},
    {"mset", cmd_mset, -3, CMD_WRITE | CMD_DENYOOM,
     {{"OW update", 1, -1, 2}},
     "string", "1.0.1", "O(N) where N is the number of keys",
     "Gives several keys their values.",
     "key value [key value ...]", NULL},
    {"msetnx", cmd_msetnx, -3, CMD_WRITE | CMD_DENYOOM,
     {{"OW insert", 1, -1, 2}},
     "string", "1.0.1", "O(N) where N is the number of keys",
     "Gives several keys their values if none of the keys is there yet.",
     "key value [key value ...]", NULL},
    {0},
};
/* clang-format on */
