/* SET and its kin, which give a key a value, a time, or both: SETNX SETEX
 * PSETEX GETSET GETEX. */
#include "arguments.h"
#include "command.h"
#include "ttl.h"

/* Options that say how long the key is to live. No two of them may be
 * combined. */
struct lifetime {
    const char *name;
    bool set, getex;      /* who takes it */
    struct ttl_form form; /* of the argument behind it; zeros for none */
};

enum { EX, PX, EXAT, PXAT, KEEPTTL, PERSIST, LIFETIMES };

static const struct lifetime lifetimes[LIFETIMES] = {
    [EX] = {"ex", true, true, {1000, true}},
    [PX] = {"px", true, true, {1, true}},
    [EXAT] = {"exat", true, true, {1000, false}},
    [PXAT] = {"pxat", true, true, {1, false}},
    [KEEPTTL] = {"keepttl", true, false, {0}},
    [PERSIST] = {"persist", false, true, {0}},
};

struct set_options {
    bool if_absent, if_present, get;
    const struct lifetime *lifetime; /* NULL if none is named */
    struct slice time;               /* its argument */
};

static const struct lifetime *find_lifetime(struct slice word, bool getex) {
    for (size_t i = 0; i < LIFETIMES; i++)
        if (slice_is(word, lifetimes[i].name) &&
            (getex ? lifetimes[i].getex : lifetimes[i].set))
            return &lifetimes[i];
    return NULL;
}

/* Reads the lifetime that argument *i names, and the time that follows it. The
 * same option may come again; the last one counts. Returns false if the
 * argument names no lifetime, or a second one. */
static bool parse_lifetime(const struct request *request, size_t *i, bool getex,
                           struct set_options *options) {
    const struct lifetime *found = find_lifetime(request->argv[*i], getex);
    if (found == NULL ||
        (options->lifetime != NULL && options->lifetime != found))
        return false;
    options->lifetime = found;
    if (found->form.unit_ms == 0)
        return true;
    if (++*i == request->argc)
        return false;
    options->time = request->argv[*i];
    return true;
}

/* Returns false if the arguments make no sense. */
static bool parse_set(const struct request *request,
                      struct set_options *options) {
    *options = (struct set_options){0};
    for (size_t i = 3; i < request->argc; i++) {
        if (slice_is(request->argv[i], "nx"))
            options->if_absent = true;
        else if (slice_is(request->argv[i], "xx"))
            options->if_present = true;
        else if (slice_is(request->argv[i], "get"))
            options->get = true;
        else if (!parse_lifetime(request, &i, false, options))
            return false;
    }
    return !(options->if_absent && options->if_present);
}

/* Sets *expiry to the moment that the options name, or to NO_EXPIRY if they
 * name none. Returns false after an error reply. */
static bool named_expiry(struct client *client,
                         const struct set_options *options, int64_t *expiry) {
    *expiry = NO_EXPIRY;
    const struct lifetime *lifetime = options->lifetime;
    return lifetime == NULL || lifetime->form.unit_ms == 0 ||
           ttl_argument(client, options->time, 1, lifetime->form, expiry);
}

/* With timed, the expiry comes from the command itself, and is announced as
 * well. */
static void set_key(const struct key *key, struct slice value, int64_t expiry,
                    bool timed) {
    ttl_set_value(key, value, expiry);
    keyspace_changed(key, "$set", 1);
    if (timed)
        keyspace_changed(key, "gexpire", 0);
}

/* SET key value with options, which depends on the old value. */
static void set_with(struct client *client, const struct request *request,
                     const struct set_options *options) {
    int64_t expiry;
    if (!named_expiry(client, options, &expiry))
        return;
    struct key key = keyspace_key(client, request->argv[1]);
    /* Only a command that replies with the old value reports that there is
     * none, and needs it to be a string. */
    const struct entry *old =
        options->get ? keyspace_read(client, &key) : keyspace_peek(&key);
    if (options->get && !check_type(client, old, TYPE_STRING))
        return;
    bool timed = expiry != NO_EXPIRY;
    if (options->lifetime == &lifetimes[KEEPTTL] && old != NULL)
        expiry = entry_expiry(old);
    bool set = old == NULL ? !options->if_present : !options->if_absent;
    /* The reply goes first: once the key is set, the old value is gone. */
    if (options->get)
        reply_value(client, old);
    else if (set)
        reply_ok(client);
    else
        reply_null(client);
    /* As in Redis, a value that was in the way has been used, too. */
    if (set)
        set_key(&key, request->argv[2], expiry, timed);
    else
        (void)keyspace_use(client, &key);
}

/* SET key value [NX | XX] [GET] [EX seconds | PX milliseconds |
 *     EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL] */
static void cmd_set(struct client *client, struct request *request) {
    struct set_options options;
    /* Without options the old value does not matter, so nobody looks for it. */
    if (request->argc == 3) {
        struct key key = keyspace_key(client, request->argv[1]);
        keyspace_set(&key, request->argv[2]);
        keyspace_changed(&key, "$set", 1);
        reply_ok(client);
    } else if (parse_set(request, &options)) {
        set_with(client, request, &options);
    } else {
        reply_syntax_error(client);
    }
}

/* SETNX key value */
static void cmd_setnx(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    bool set = keyspace_use(client, &key) == NULL;
    if (set)
        set_key(&key, request->argv[2], NO_EXPIRY, false);
    reply_integer(client, set);
}

static void set_for(struct client *client, const struct request *request,
                    struct ttl_form form) {
    int64_t expiry;
    if (!ttl_argument(client, request->argv[2], 1, form, &expiry))
        return;
    struct key key = keyspace_key(client, request->argv[1]);
    set_key(&key, request->argv[3], expiry, true);
    reply_ok(client);
}

/* SETEX key seconds value */
static void cmd_setex(struct client *client, struct request *request) {
    set_for(client, request, TTL_SECONDS);
}

/* PSETEX key milliseconds value */
static void cmd_psetex(struct client *client, struct request *request) {
    set_for(client, request, TTL_MILLISECONDS);
}

/* GETSET key value */
static void cmd_getset(struct client *client, struct request *request) {
    set_with(client, request, &(struct set_options){.get = true});
}

/* GETEX key [EX seconds | PX milliseconds | EXAT unix-time-seconds |
 *     PXAT unix-time-milliseconds | PERSIST] */
static void cmd_getex(struct client *client, struct request *request) {
    struct set_options options = {0};
    for (size_t i = 2; i < request->argc; i++)
        if (!parse_lifetime(request, &i, true, &options)) {
            reply_syntax_error(client);
            return;
        }
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    int64_t expiry;
    /* As in Redis, an invalid time is an error only if the key exists. */
    if (entry != NULL && !named_expiry(client, &options, &expiry))
        return;
    reply_value(client, entry);
    /* Does it only read, or take away an expiry that is not there? */
    if (entry == NULL || options.lifetime == NULL ||
        (expiry == NO_EXPIRY && entry_expiry(entry) == NO_EXPIRY))
        return;
    ttl_change(&key, expiry);
}

const struct command set_value_commands[] = {
    {"set", cmd_set, -3, CMD_WRITE | CMD_DENYOOM},
    {"setnx", cmd_setnx, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"setex", cmd_setex, 4, CMD_WRITE | CMD_DENYOOM},
    {"psetex", cmd_psetex, 4, CMD_WRITE | CMD_DENYOOM},
    {"getset", cmd_getset, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"getex", cmd_getex, -2, CMD_WRITE | CMD_FAST},
    {0},
};
