#include "pause.h"

#include <assert.h>
#include <stdlib.h>

#include "clock.h"
#include "conn.h"
#include "detached.h"
#include "idle.h"
#include "multi.h"
#include "request_copy.h"
#include "timer.h"
#include "xalloc.h"

/* A request that waits; its bytes follow. */
struct held {
    struct client *client;
    struct request request;
    struct held *next, **link; /* *link is this one */
    bool is_over;              /* its pause, so it is about to run */
};

enum pause_mode pause_mode;

static enum pause_mode asked; /* by CLIENT PAUSE */
static unsigned kept;         /* reasons for which writes wait, too */
static int64_t until_us;      /* when the pause ends */

static struct held *first, **last = &first;
static size_t count; /* of those whose pause is not over */

static void on_end(struct timer *timer);
static void on_release(struct timer *timer);
static struct timer end_timer = {.expired = on_end};
static struct timer release_timer = {.expired = on_release};

/* Beginning and end. */

static void let_all_go(void) {
    for (struct held *at = first; at != NULL; at = at->next)
        at->is_over = true;
    count = 0;
    timer_start(&release_timer, loop_now_us());
}

/* If fewer requests have to wait than before, they run after the reply to the
 * one that changed the mode. Those that still have to wait are held again,
 * behind what another pause has held meanwhile. */
static void set_mode(void) {
    enum pause_mode before = pause_mode;
    pause_mode = kept != 0 && asked == PAUSE_NONE ? PAUSE_WRITES : asked;
    stage_judge_keys();
    if (pause_mode < before)
        let_all_go();
}

void pause_begin(enum pause_mode mode, int64_t ms) {
    int64_t now_us = clock_monotonic_us(), end_us;
    if (__builtin_mul_overflow(ms, 1000, &end_us) ||
        __builtin_add_overflow(end_us, now_us, &end_us))
        end_us = INT64_MAX;
    /* The end of a pause that is over must not lengthen this one. */
    if (asked == PAUSE_NONE)
        until_us = now_us;
    if (end_us > until_us)
        until_us = end_us;
    /* A pause of 0 ms would end before it holds anything. */
    if (until_us <= now_us)
        return;
    if (mode > asked)
        asked = mode;
    set_mode();
    timer_start(&end_timer, until_us);
}

void pause_end(void) {
    asked = PAUSE_NONE;
    timer_stop(&end_timer);
    set_mode();
}

void pause_keep(enum pause_reason reason, bool keep) {
    kept = keep ? kept | reason : kept & ~(unsigned)reason;
    set_mode();
}

static void on_end(struct timer *timer) {
    (void)timer;
    pause_end();
}

/* Holding. */

static bool may_write(const struct client *client,
                      const struct command *command) {
    /* A transaction writes if any command in its queue does, whatever EXEC
     * itself is. */
    unsigned flags = command->flags;
    if (multi_open(client) && strcmp(command->name, "exec") == 0)
        flags = multi_flags(client);
    return (flags & (CMD_WRITE | CMD_MAY_REPLICATE)) != 0;
}

bool pause_stops(const struct client *client, const struct command *command) {
    return pause_mode == PAUSE_ALL ||
           (pause_mode == PAUSE_WRITES && may_write(client, command));
}

/* A client that has waited for a key is held like any other. The key may have
 * changed in the very transaction that begins the pause, and taking from it is
 * a write. */
bool pause_concerns(const struct client *client,
                    const struct command *command) {
    return pause_stops(client, command) && !detached(client) &&
           client->conn->out.class != OUTPUT_REPLICA &&
           !(client->state.special & CLIENT_MONITOR);
}

void pause_hold(struct client *client, const struct request *request) {
    struct held *held = xmalloc(sizeof *held + request_copy_size(request));
    *held = (struct held){.client = client,
                          .request = request_copy(request, held + 1),
                          .link = last};
    *last = held;
    last = &held->next;
    client->state.held = held;
    count++;
    /* The client is silent because of the pause, so no timeout may close it. */
    idle_stop(client->conn);
    client_reply_again(client);
}

bool pause_is_over(const struct client *client) {
    return client->state.held != NULL && client->state.held->is_over;
}

size_t pause_count(void) {
    return count;
}

/* Takes a request out of the list. */
static void release(struct held *held) {
    *held->link = held->next;
    if (held->next != NULL)
        held->next->link = held->link;
    else
        last = held->link;
    held->client->state.held = NULL;
    count -= !held->is_over;
}

void pause_forget(struct client *client) {
    struct held *held = client->state.held;
    if (held == NULL)
        return;
    release(held);
    free(held);
}

static void run(struct held *held) {
    struct client *client = held->client;
    struct conn *conn = client->conn;
    /* The time of its silence begins now, not with its last byte. */
    idle_start(conn);
    stage_run(client, &held->request);
    free(held);
    /* The input that came behind the request has waited, too. A request never
     * closes its own connection at once, so the buffer is still there. */
    conn_offer_kept(conn);
}

/* A request that runs now may be a CLIENT PAUSE, so that others are held again
 * at the end of the list, or a CLIENT KILL of others. A client that is being
 * closed runs nothing more: its user may have been deleted meanwhile. */
static void on_release(struct timer *timer) {
    (void)timer;
    while (first != NULL && first->is_over) {
        struct held *held = first;
        release(held);
        assert(first != held); /* which clang-tidy does not see */
        if (held->client->conn->ending)
            free(held);
        else
            run(held);
    }
    stage_pause_weaker();
}

void pause_stop(void) {
    timer_stop(&end_timer);
    timer_stop(&release_timer);
}
