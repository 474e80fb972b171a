/* FAILOVER. */
#include "arguments.h"
#include "command.h"
#include "failover.h"
#include "follower.h"
#include "replica.h"

/* The options, each of which may be given once. */
struct options {
    struct failover_wish wish;
    bool to, timeout;
};

static bool timeout_option(struct client *client, struct options *options,
                           struct slice word) {
    options->timeout = true;
    if (!argument_i64(client, word, &options->wish.ms))
        return false;
    if (options->wish.ms > 0)
        return true;
    reply_error(client, "ERR FAILOVER timeout must be greater than 0");
    return false;
}

/* Returns false after an error reply. */
static bool read_options(struct client *client, const struct request *request,
                         struct options *options) {
    const struct slice *argv = request->argv;
    for (size_t i = 1; i < request->argc; i++) {
        size_t left = request->argc - 1 - i;
        if (slice_is(argv[i], "timeout") && left >= 1 && !options->timeout) {
            if (!timeout_option(client, options, argv[++i]))
                return false;
        } else if (slice_is(argv[i], "to") && left >= 2 && !options->to) {
            options->to = true;
            options->wish.host = argv[i + 1];
            if (!argument_i64(client, argv[i + 2], &options->wish.port))
                return false;
            i += 2;
        } else if (slice_is(argv[i], "force") && !options->wish.force) {
            options->wish.force = true;
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    return true;
}

/* Finds the replica that was named; NULL if there is none. It goes by the
 * address that INFO shows, so that host names are not looked up here. */
static const struct follower *find(const struct failover_wish *wish) {
    char ip[FOLLOWER_IP_MAX];
    for (const struct follower *f = follower_first; f != NULL; f = f->next) {
        follower_ip(f, ip);
        if (follower_listens(f) && f->port == wish->port &&
            wish->host.len == strlen(ip) &&
            memcmp(wish->host.ptr, ip, wish->host.len) == 0)
            return f;
    }
    return NULL;
}

/* A tool cannot become a primary, so with nothing but tools writes would wait
 * for ever. */
static bool any_listens(void) {
    const struct follower *f = follower_first;
    while (f != NULL && !follower_listens(f))
        f = f->next;
    return f != NULL;
}

/* Returns why a failover is impossible, or NULL. */
static const char *why_not(const struct options *options) {
    if (failover_state != FAILOVER_NONE)
        return "ERR FAILOVER already in progress.";
    if (replica_is())
        return "ERR FAILOVER is not valid when server is a replica.";
    if (!any_listens())
        return "ERR FAILOVER requires connected replicas.";
    /* By force writes may be lost, so it must be said for which replica, and
     * how long to wait before. */
    if (options->wish.force && (!options->timeout || !options->to))
        return "ERR FAILOVER with force option requires both a timeout and "
               "target HOST and IP.";
    if (!options->to)
        return NULL;
    const struct follower *target = find(&options->wish);
    if (target == NULL)
        return "ERR FAILOVER target HOST and PORT is not a replica.";
    if (target->state != FOLLOWER_ONLINE)
        return "ERR FAILOVER target replica is not online.";
    return NULL;
}

static void abort_failover(struct client *client) {
    if (failover_state == FAILOVER_NONE) {
        reply_error(client, "ERR No failover in progress.");
        return;
    }
    failover_abort("FAILOVER ABORT");
    reply_ok(client);
}

/* FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds] */
static void cmd_failover(struct client *client, struct request *request) {
    struct options options = {0};
    if (request->argc == 2 && slice_is(request->argv[1], "abort")) {
        abort_failover(client);
        return;
    }
    if (!read_options(client, request, &options))
        return;
    const char *why = why_not(&options);
    if (why != NULL) {
        reply_error(client, why);
        return;
    }
    failover_begin(&options.wish);
    reply_ok(client);
}

const struct command failover_commands[] = {
    {"failover", cmd_failover, -1, CMD_ADMIN | CMD_NOSCRIPT | CMD_STALE},
    {0},
};
