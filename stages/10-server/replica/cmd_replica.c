/* REPLICAOF SLAVEOF ROLE. */
#include <stdlib.h>
#include <strings.h>

#include "apply.h"
#include "command.h"
#include "history.h"
#include "link.h"
#include "log.h"
#include "number.h"
#include "primary.h"
#include "replica.h"
#include "xalloc.h"

static bool port_argument(struct client *client, struct slice word,
                          int64_t *port) {
    if (parse_i64(word.ptr, word.len, port) && *port >= 0 &&
        *port <= UINT16_MAX)
        return true;
    reply_error(client, "ERR Invalid master port");
    return false;
}

/* Returns true, after an error reply, if the client is a replica of ours, which
 * this would cut off. */
static bool follows_us(struct client *client) {
    const struct follower *follower = client->state.follower;
    if (follower == NULL || follower->link == NULL)
        return false;
    reply_error(client, "ERR Command is not valid when client is a replica.");
    return true;
}

/* REPLICAOF <host port | NO ONE> */
static void cmd_replicaof(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    int64_t port;
    if (primary_fails_over()) {
        reply_error(client, "ERR REPLICAOF not allowed while failing over.");
        return;
    }
    if (slice_is(argv[1], "no") && slice_is(argv[2], "one")) {
        replica_promote();
        reply_ok(client);
        return;
    }
    if (follows_us(client) || !port_argument(client, argv[2], &port))
        return;
    char *host = xstrndup(argv[1].ptr, argv[1].len);
    /* The link, and what it has transferred so far, stay as they are. */
    if (replica_is() && strcasecmp(replica.host, host) == 0 &&
        replica.port == port) {
        reply_simple(client, "OK Already connected to specified master");
    } else {
        replica_follow(host, port);
        reply_ok(client);
    }
    free(host);
}

/* Returns the name of the link's state as in Redis, which has fewer: loading is
 * part of "sync". */
static const char *state_name(void) {
    static const char *const names[] = {
        [LINK_NONE] = "connect",          [LINK_WAITS] = "connect",
        [LINK_CONNECTING] = "connecting", [LINK_HANDSHAKE] = "handshake",
        [LINK_TRANSFER] = "sync",         [LINK_LOADING] = "sync",
        [LINK_UP] = "connected",
    };
    return names[link_state()];
}

static void reply_replica_role(struct client *client) {
    reply_array(client, 5);
    reply_text(client, "slave");
    reply_text(client, replica.host);
    reply_integer(client, replica.port);
    reply_text(client, state_name());
    /* In Redis the link owns the offset, so without one there is none. */
    reply_integer(client, link_is_up() ? history.offset : -1);
}

/* ROLE */
static void cmd_role(struct client *client, struct request *request) {
    (void)request;
    if (replica_is())
        reply_replica_role(client);
    else
        primary_role(client);
}

enum { FOLLOWS = CMD_ADMIN | CMD_NOSCRIPT | CMD_STALE | CMD_NO_ASYNC_LOADING };

const struct command replica_commands[] = {
    {"replicaof", cmd_replicaof, 3, FOLLOWS},
    {"slaveof", cmd_replicaof, 3, FOLLOWS},
    {"role", cmd_role, 1, CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_FAST},
    {0},
};
