/* Commands about the time that keys have to live. */
#include "command.h"
#include "key_time.h"
#include "keyspace.h"
#include "ttl.h"

/* The conditions under which a new expiry is set. A key that stays counts as
 * one that goes after all others. */
struct conditions {
    bool stays;   /* NX: a key that stays */
    bool goes;    /* XX: one that has an expiry */
    bool later;   /* GT: one that will then go later */
    bool earlier; /* LT: one that will then go earlier */
};

/* Reads [NX | XX | GT | LT], where XX may be combined with GT or LT. Returns
 * false after an error reply. */
static bool parse_conditions(struct client *client,
                             const struct request *request,
                             struct conditions *on) {
    *on = (struct conditions){0};
    for (size_t i = 3; i < request->argc; i++) {
        struct slice option = request->argv[i];
        if (slice_is(option, "nx")) {
            on->stays = true;
        } else if (slice_is(option, "xx")) {
            on->goes = true;
        } else if (slice_is(option, "gt")) {
            on->later = true;
        } else if (slice_is(option, "lt")) {
            on->earlier = true;
        } else {
            reply_errorf(client, "ERR Unsupported option %.*s",
                         SLICE_WHOLE(option));
            return false;
        }
    }
    if (on->stays && (on->goes || on->later || on->earlier))
        reply_error(client, "ERR NX and XX, GT or LT options at the same time "
                            "are not compatible");
    else if (on->later && on->earlier)
        reply_error(client, "ERR GT and LT options at the same time are not "
                            "compatible");
    else
        return true;
    return false;
}

/* Returns true if NX, XX, GT and LT allow the new time in place of the old. */
static bool hold(struct conditions on, int64_t old, int64_t expiry) {
    bool stays = old == NO_EXPIRY;
    return !(on.stays && !stays) && !(on.goes && stays) &&
           !(on.later && (stays || expiry <= old)) &&
           !(on.earlier && !stays && expiry >= old);
}

static void expire(struct client *client, struct request *request,
                   struct ttl_form form) {
    struct conditions on;
    int64_t expiry;
    if (!parse_conditions(client, request, &on) ||
        !ttl_argument(client, request->argv[2], INT64_MIN, form, &expiry))
        return;
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry = keyspace_read(client, &key);
    bool set = entry != NULL && hold(on, entry_expiry(entry), expiry);
    if (set)
        ttl_change(&key, expiry);
    reply_integer(client, set);
}

/* EXPIRE key seconds [NX | XX | GT | LT] */
static void cmd_expire(struct client *client, struct request *request) {
    expire(client, request, TTL_SECONDS);
}

/* PEXPIRE key milliseconds [NX | XX | GT | LT] */
static void cmd_pexpire(struct client *client, struct request *request) {
    expire(client, request, TTL_MILLISECONDS);
}

/* EXPIREAT key unix-time-seconds [NX | XX | GT | LT] */
static void cmd_expireat(struct client *client, struct request *request) {
    expire(client, request, TTL_AT_SECONDS);
}

/* PEXPIREAT key unix-time-milliseconds [NX | XX | GT | LT] */
static void cmd_pexpireat(struct client *client, struct request *request) {
    expire(client, request, TTL_AT_MILLISECONDS);
}

/* Replies when the key goes: as a moment, or as the time from now. -1 stands
 * for a key that stays, -2 for a missing one. */
static void reply_expiry(struct client *client, const struct request *request,
                         struct ttl_form form) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry = keyspace_look(client, &key);
    int64_t expiry = entry != NULL ? entry_expiry(entry) : NO_EXPIRY;
    if (expiry == NO_EXPIRY) {
        reply_integer(client, entry != NULL ? -1 : -2);
        return;
    }
    /* Rounded to the nearest second, as in Redis, and unsigned, so that half a
     * second can be added to the latest of all moments. */
    uint64_t ms = (uint64_t)(form.from_now ? expiry - key_time_ms() : expiry);
    uint64_t unit = (uint64_t)form.unit_ms;
    reply_integer(client, (int64_t)((ms + unit / 2) / unit));
}

/* TTL key */
static void cmd_ttl(struct client *client, struct request *request) {
    reply_expiry(client, request, TTL_SECONDS);
}

/* PTTL key */
static void cmd_pttl(struct client *client, struct request *request) {
    reply_expiry(client, request, TTL_MILLISECONDS);
}

/* EXPIRETIME key */
static void cmd_expiretime(struct client *client, struct request *request) {
    reply_expiry(client, request, TTL_AT_SECONDS);
}

/* PEXPIRETIME key */
static void cmd_pexpiretime(struct client *client, struct request *request) {
    reply_expiry(client, request, TTL_AT_MILLISECONDS);
}

/* PERSIST key */
static void cmd_persist(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry = keyspace_read(client, &key);
    bool goes = entry != NULL && entry_expiry(entry) != NO_EXPIRY;
    if (goes)
        ttl_change(&key, NO_EXPIRY);
    reply_integer(client, goes);
}

const struct command expire_commands[] = {
    {"expire", cmd_expire, -3, CMD_WRITE | CMD_FAST},
    {"pexpire", cmd_pexpire, -3, CMD_WRITE | CMD_FAST},
    {"expireat", cmd_expireat, -3, CMD_WRITE | CMD_FAST},
    {"pexpireat", cmd_pexpireat, -3, CMD_WRITE | CMD_FAST},
    {"ttl", cmd_ttl, 2, CMD_READONLY | CMD_FAST},
    {"pttl", cmd_pttl, 2, CMD_READONLY | CMD_FAST},
    {"expiretime", cmd_expiretime, 2, CMD_READONLY | CMD_FAST},
    {"pexpiretime", cmd_pexpiretime, 2, CMD_READONLY | CMD_FAST},
    {"persist", cmd_persist, 2, CMD_WRITE | CMD_FAST},
    {0},
};
