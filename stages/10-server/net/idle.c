#include "idle.h"

#include "client.h"
#include "cron.h"

enum {
    ROUND_US = 1000000, /* the hand goes round in that time */
    STEP = 100          /* connections, each time that it moves */
};

static void on_step(struct timer *timer);
static struct timer step_timer = {.expired = on_step};

static int64_t timeout_us;
static struct conn *hand; /* the next to be looked at; NULL: the first */

/* Replicas, subscribers and monitors may be silent. Clients that wait for a key
 * are excused by idle_stop(). */
static bool is_due(const struct conn *conn) {
    const struct client *client = conn->app;
    return !conn->idle.off && conn->out.class == OUTPUT_NORMAL &&
           !(client->state.special & CLIENT_MONITOR) &&
           loop_now_us() - conn->active_us >= timeout_us;
}

/* The timer runs while there are connections and a timeout. The more
 * connections there are, the more often the hand moves. */
static void sleep_until_step(void) {
    if (timeout_us == 0 || conn_count() == 0)
        timer_stop(&step_timer);
    else if (step_timer.slot == 0)
        timer_start(&step_timer,
                    loop_now_us() +
                        ROUND_US / (int64_t)(conn_count() / STEP + 1));
}

static void on_step(struct timer *timer) {
    (void)timer;
    if (hand == NULL)
        hand = conn_first();
    /* Closing a connection frees no memory yet, and moves the hand if it points
     * there (idle_stop()). */
    for (int i = 0; i < STEP && hand != NULL; i++) {
        struct conn *conn = hand;
        hand = conn->next;
        if (!cron_paused && is_due(conn))
            conn_close(conn);
    }
    sleep_until_step();
}

void idle_set_timeout(int64_t seconds) {
    timeout_us = seconds * 1000000;
    sleep_until_step();
}

void idle_start(struct conn *conn) {
    conn->active_us = loop_now_us();
    conn->idle.off = false;
    sleep_until_step();
}

void idle_stop(struct conn *conn) {
    conn->idle.off = true;
    /* The connection has left the list, but still points to its successor. */
    if (conn == hand && conn->closed)
        hand = conn->next;
}
