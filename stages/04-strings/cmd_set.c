/* SET and its kin: SETNX GETSET. */
#include "arguments.h"
#include "command.h"

static void set_key(const struct key *key, struct slice value) {
    keyspace_set(key, value);
    keyspace_changed(key, "$set", 1);
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

/* SET key value with options, which depends on the old value. */
static void set_with(struct client *client, struct request *request,
                     struct set_options options) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *old = keyspace_read(client, &key);
    if (options.get && !check_type(client, old, TYPE_STRING))
        return;
    bool set = old == NULL ? !options.if_present : !options.if_absent;
    /* The reply goes first: once the key is set, the old value is gone. */
    if (options.get)
        reply_value(client, old);
    else if (set)
        reply_ok(client);
    else
        reply_null(client);
    if (set)
        set_key(&key, request->argv[2]);
}

/* SET key value [NX | XX] [GET] */
static void cmd_set(struct client *client, struct request *request) {
    struct set_options options;
    /* Without options the old value does not matter, so nobody looks for it. */
    if (request->argc == 3) {
        struct key key = keyspace_key(client, request->argv[1]);
        set_key(&key, request->argv[2]);
        reply_ok(client);
    } else if (parse_set(request->argv, request->argc, &options)) {
        set_with(client, request, options);
    } else {
        reply_syntax_error(client);
    }
}

/* SETNX key value */
static void cmd_setnx(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    bool set = keyspace_use(client, &key) == NULL;
    if (set)
        set_key(&key, request->argv[2]);
    reply_integer(client, set);
}

/* GETSET key value */
static void cmd_getset(struct client *client, struct request *request) {
    set_with(client, request, (struct set_options){.get = true});
}

const struct command set_value_commands[] = {
    {"set", cmd_set, -3, CMD_WRITE | CMD_DENYOOM},
    {"setnx", cmd_setnx, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"getset", cmd_getset, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {0},
};
