#include "monitor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "blocking.h"
#include "client_address.h"
#include "clock.h"
#include "push.h"
#include "quoted.h"
#include "redact.h"
#include "xalloc.h"

bool monitor_on;

/* The clients that watch. They are few, so a list will do. */
static struct client **watching;
static size_t count, room;

static bool monitors(const struct client *client) {
    return client->state.special & CLIENT_MONITOR;
}

/* MONITOR */
static void cmd_monitor(struct client *client, struct request *request) {
    (void)request;
    /* As in Redis, it is queued by MULTI and refused in EXEC. */
    if (!stage_may_wait(client)) {
        reply_error(client,
                    "ERR MONITOR isn't allowed for DENY BLOCKING client");
        return;
    }
    /* A client that monitors already gets no second reply, as in Redis: it
     * would stand between two lines of the stream. */
    if (monitors(client))
        return;
    if (count == room) {
        room = room == 0 ? 4 : room * 2;
        watching = xrealloc(watching, room * sizeof watching[0]);
    }
    watching[count++] = client;
    monitor_on = true;
    stage_set_special(&client->state, CLIENT_MONITOR, true);
    reply_ok(client);
}

void monitor_forget(struct client *client) {
    if (!monitors(client))
        return;
    stage_set_special(&client->state, CLIENT_MONITOR, false);
    size_t at = 0;
    /* The mark says that the client is in the list, so the search ends. */
    while (watching[at] != client)
        at++;
    memmove(&watching[at], &watching[at + 1],
            (--count - at) * sizeof watching[0]);
    monitor_on = count > 0;
}

void monitor_stop(void) {
    free(watching);
    watching = NULL;
    room = 0;
}

bool monitor_admits(struct client *client, const struct command *command) {
    enum { TOUCHES = CMD_READONLY | CMD_WRITE | CMD_MAY_REPLICATE };
    if (!(client->state.special & (CLIENT_MONITOR | CLIENT_FOLLOWER)) ||
        !(command->flags & TOUCHES))
        return true;
    reply_error(client, "ERR Replica can't interact with the keyspace");
    return false;
}

/* Lines. */

static void append_line(struct buf *out, const struct client *client,
                        const struct command *command,
                        const struct request *request) {
    const struct client_address *address = client_address(client);
    size_t shown = strlen(address->peer);
    if (address->is_path)
        shown -= strlen(":0");
    char head[ADDRESS_MAX + 64];
    int64_t now_us = clock_wall_us();
    int len =
        snprintf(head, sizeof head, "+%" PRId64 ".%06" PRId64 " [%d %s%.*s]",
                 now_us / 1000000, now_us % 1000000, client->database,
                 address->is_path ? "unix:" : "", (int)shown, address->peer);
    buf_append(out, head, (size_t)len);
    for (size_t i = 0; i < request->argc; i++) {
        buf_append(out, " ", 1);
        quoted_append(out, redact_argument(command, request, i));
    }
    buf_append(out, "\r\n", 2);
}

/* As in Redis, lines are dropped like replies: after CLIENT REPLY OFF all of
 * them, and after SKIP those that come before the request whose reply is
 * skipped, and the one that shows this request. */
static bool wants_line(const struct client *watcher,
                       const struct client *client) {
    switch (watcher->state.replies) {
    case REPLIES_OFF: return false;
    case REPLIES_SKIP_NEXT: return watcher == client; /* the SKIP itself */
    case REPLIES_SKIP: return watcher != client;
    default: return true;
    }
}

void monitor_tell(const struct client *client, const struct command *command,
                  const struct request *request) {
    /* These may name what only administrators should see. */
    if (command->flags & CMD_ADMIN)
        return;
    struct buf line = {0};
    append_line(&line, client, command, request);
    struct shared shared = shared_new(buf_bytes(&line), buf_len(&line));
    buf_free(&line);
    /* The line is made once and shared by all that watch. */
    for (size_t i = 0; i < count; i++)
        if (wants_line(watching[i], client))
            push(watching[i], &shared);
    shared_release(&shared);
}

const struct command monitor_commands[] = {
    {"monitor", cmd_monitor, 1,
     CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE},
    {0},
};
