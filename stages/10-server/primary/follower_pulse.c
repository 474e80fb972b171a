#include "follower_pulse.h"

#include <inttypes.h>

#include "buf_slice.h"
#include "clock.h"
#include "cron.h"
#include "follower.h"
#include "log.h"
#include "primary.h"
#include "repl_stream.h"
#include "timer.h"
#include "words.h"

enum { SECOND_US = 1000000 };

struct follower_pulse_config follower_pulse_config = {10, 60, 3600}; /* in s */

static void on_pulse(struct timer *timer);
static void on_ttl(struct timer *timer);
static struct timer pulse_timer = {.expired = on_pulse};
static struct timer ttl_timer = {.expired = on_ttl};
static int64_t ping_age_s; /* seconds since the last PING */

/* A follower that waits for a snapshot does not count bytes yet. A newline
 * before the answer tells it that we are alive. Later a newline would be taken
 * for a byte of the snapshot, or would shift the offset of the stream. */
static void send_newline(struct follower *follower) {
    if (follower->state == FOLLOWER_WAITS || follower->state == FOLLOWER_SAVING)
        buf_append(conn_out(follower->client->conn), "\n", 1);
}

static bool is_past(int64_t since_us) {
    return loop_now_us() - since_us >
           follower_pulse_config.timeout_s * SECOND_US;
}

/* Making a snapshot may take any time, but taking it may not. One that has
 * taken all of a piece waits for the child, or for a slower follower. One that
 * is being closed, and does not take the bytes that come before, would hold up
 * the others for ever. */
static bool is_lost(const struct follower *follower) {
    switch (follower->state) {
    case FOLLOWER_ONLINE:
        /* One that came by SYNC never speaks: only its socket can fail. */
        return !follower->is_old && is_past(follower->acked_us);
    case FOLLOWER_LOADS:
        return is_past(follower->moved_us) &&
               (follower->client->conn->ending ||
                follower->source.ready(&follower->source) > 0);
    case FOLLOWER_DONE: return is_past(follower->moved_us);
    default: return false;
    }
}

static void close_if_lost(struct follower *follower) {
    char ip[FOLLOWER_IP_MAX];
    if (!is_lost(follower))
        return;
    follower_ip(follower, ip);
    log_warn("the replica %s:%" PRId64 " is disconnected: it was silent for "
             "too long",
             ip, follower->port);
    conn_close(follower->client->conn);
}

/* A PING has its place in the history, as an effect has. A replica passes on
 * the PINGs of its primary instead. During a failover the history must stand
 * still: it would never be seen that a replica has all of it. The age is
 * compared with the setting every second, so that CONFIG SET holds from the
 * next second on. */
static void ping(void) {
    struct buf request = {0};
    ping_age_s++;
    if (ping_age_s < follower_pulse_config.ping_s || !primary_makes_history() ||
        primary_fails_over())
        return;
    ping_age_s = 0;
    words_write(&request, WORDS(word("PING")));
    repl_stream_append(buf_slice(&request));
    buf_free(&request);
}

static void on_pulse(struct timer *timer) {
    struct follower *next;
    for (struct follower *f = follower_first; f != NULL && !cron_paused;
         f = next) {
        next = f->next;
        send_newline(f);
        close_if_lost(f);
    }
    /* The last one may just have been closed. */
    if (!followers_any())
        return;
    if (!cron_paused)
        ping();
    timer_start(timer, loop_now_us() + SECOND_US);
}

void follower_pulse_begin(void) {
    timer_stop(&ttl_timer);
    /* It beats already for others, and one that comes must not delay it. */
    if (pulse_timer.slot != 0)
        return;
    ping_age_s = 0;
    timer_start(&pulse_timer, loop_now_us() + SECOND_US);
}

/* Freeing the backlog. */

/* Begins a new history. From here on the offset counts no bytes
 * (repl_stream_append), so whoever came back with the present id could be taken
 * for one who lacks nothing, and would go on with other data. */
static void on_ttl(struct timer *timer) {
    (void)timer;
    log_info("nobody has followed for %" PRId64 " s: the backlog is given back",
             follower_pulse_config.backlog_ttl_s);
    repl_stream_end();
    history_begin_anew();
}

void follower_pulse_left(void) {
    if (followers_any())
        return;
    timer_stop(&pulse_timer);
    follower_pulse_ttl_changed();
}

/* A replica keeps its backlog without a limit, because it may be promoted: its
 * sisters then ask it for what they lack. */
void follower_pulse_ttl_changed(void) {
    timer_stop(&ttl_timer);
    if (followers_any() || !repl_stream_active() || !primary_makes_history() ||
        follower_pulse_config.backlog_ttl_s == 0)
        return;
    int64_t now_us = loop_now_us(), ttl_us;
    if (__builtin_mul_overflow(follower_pulse_config.backlog_ttl_s, SECOND_US,
                               &ttl_us) ||
        ttl_us > INT64_MAX - now_us)
        return; /* it outlives the server */
    timer_start(&ttl_timer, now_us + ttl_us);
}

void follower_pulse_stop(void) {
    timer_stop(&pulse_timer);
    timer_stop(&ttl_timer);
}
