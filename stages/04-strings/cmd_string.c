/* Commands that get whole values, and those that set several. */
#include "command.h"
#include "key_walk.h"
#include "lookup.h"
#include "value_reply.h"

/* GET key */
static void cmd_get(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry;
    if (lookup_string(client, &key, &entry))
        reply_value(client, entry);
}

/* GETDEL key */
static void cmd_getdel(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    reply_value(client, entry);
    if (keyspace_delete(&key))
        keyspace_changed(&key, "gdel", 1);
}

/* MGET key [key ...] */
static void cmd_mget(struct client *client, struct request *request) {
    struct key_walk walk = key_walk(client, request, 1);
    reply_array(client, request->argc - 1);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;)
        reply_value(client, lookup_if_string(client, key));
}

/* Whether each key has its value; else gives the error reply. */
static bool are_pairs(struct client *client, const struct request *request) {
    if (request->argc % 2 == 0)
        reply_errorf(client, "ERR wrong number of arguments for '%s' command",
                     client->last_command->name);
    return request->argc % 2 == 1;
}

static void set_pairs(struct client *client, const struct request *request) {
    const struct slice *value = request->argv + 2;
    struct key_walk walk = key_walk(client, request, 2);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;) {
        keyspace_set(key, *value);
        keyspace_changed(key, "$set", 1);
        value += 2;
    }
}

/* MSET key value [key value ...] */
static void cmd_mset(struct client *client, struct request *request) {
    if (!are_pairs(client, request))
        return;
    set_pairs(client, request);
    reply_ok(client);
}

/* MSETNX key value [key value ...]: all of them, or none */
static void cmd_msetnx(struct client *client, struct request *request) {
    if (!are_pairs(client, request))
        return;
    struct key_walk walk = key_walk(client, request, 2);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;) {
        if (keyspace_read(client, key) != NULL) {
            reply_integer(client, 0);
            return;
        }
    }
    set_pairs(client, request);
    reply_integer(client, 1);
}

const struct command string_commands[] = {
    {"get", cmd_get, 2, CMD_READONLY | CMD_FAST},
    {"getdel", cmd_getdel, 2, CMD_WRITE | CMD_FAST},
    {"mget", cmd_mget, -2, CMD_READONLY | CMD_FAST},
    {"mset", cmd_mset, -3, CMD_WRITE | CMD_DENYOOM},
    {"msetnx", cmd_msetnx, -3, CMD_WRITE | CMD_DENYOOM},
    {0},
};
