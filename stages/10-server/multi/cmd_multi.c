/* MULTI EXEC DISCARD WATCH UNWATCH. */
#include "multi.h"
#include "watched.h"

/* MULTI */
static void cmd_multi(struct client *client, struct request *request) {
    (void)request;
    if (multi_open(client)) {
        reply_error(client, "ERR MULTI calls can not be nested");
        return;
    }
    multi_begin(client);
    reply_ok(client);
}

/* EXEC
 *
 * The watches are dropped before the commands run, so that these do not mark
 * this client needlessly. That a request was refused counts for more than that
 * a key has changed: the client must learn of its mistake. */
static void cmd_exec(struct client *client, struct request *request) {
    (void)request;
    if (!multi_open(client)) {
        reply_error(client, "ERR EXEC without MULTI");
        return;
    }
    bool changed = watched_look(client);
    watched_forget(client);
    if (multi_spoiled(client))
        reply_error(client, "EXECABORT Transaction discarded because of "
                            "previous errors.");
    else if (changed)
        reply_null_array(client);
    else
        multi_run(client);
    multi_forget(client);
}

/* DISCARD */
static void cmd_discard(struct client *client, struct request *request) {
    (void)request;
    if (!multi_open(client)) {
        reply_error(client, "ERR DISCARD without MULTI");
        return;
    }
    multi_forget(client);
    watched_forget(client); /* the next MULTI begins with none */
    reply_ok(client);
}

/* WATCH key [key ...]
 *
 * Within MULTI it would come too late: what the transaction writes rests on
 * what the client has read before. */
static void cmd_watch(struct client *client, struct request *request) {
    if (multi_open(client)) {
        reply_error(client, "ERR WATCH inside MULTI is not allowed");
        return;
    }
    for (size_t i = 1; i < request->argc; i++) {
        struct key key = keyspace_key(client, request->argv[i]);
        watched_add(client, &key);
    }
    reply_ok(client);
}

/* UNWATCH
 *
 * In a transaction it is queued, and finds no watches when it runs. */
static void cmd_unwatch(struct client *client, struct request *request) {
    (void)request;
    watched_forget(client);
    reply_ok(client);
}

enum {
    RUNS = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE,
    COLLECTS = RUNS | CMD_FAST | CMD_ALLOW_BUSY
};

const struct command multi_commands[] = {
    {"multi", cmd_multi, 1, COLLECTS},
    {"exec", cmd_exec, 1, RUNS | CMD_SKIP_SLOWLOG},
    {"discard", cmd_discard, 1, COLLECTS},
    {"watch", cmd_watch, -2, COLLECTS},
    {"unwatch", cmd_unwatch, 1, COLLECTS},
    {0},
};
