#include "idle.h"

#include "conn.h"

static int64_t timeout_us;

/* Activity does not move the timer: it only sets active_us. When the timer
 * expires, it is started again for the time that is left. */
static void on_idle(struct timer *timer) {
    struct conn *conn =
        (struct conn *)((char *)timer - offsetof(struct conn, idle.timer));
    int64_t due_us = conn->active_us + timeout_us;
    if (due_us <= loop_now_us())
        conn_close(conn);
    else
        timer_start(timer, due_us);
}

static void start_timer(struct conn *conn) {
    conn->idle.timer.expired = on_idle;
    if (timeout_us > 0)
        timer_start(&conn->idle.timer, conn->active_us + timeout_us);
    else
        timer_stop(&conn->idle.timer);
}

void idle_set_timeout(int64_t seconds) {
    timeout_us = seconds * 1000000;
    for (struct conn *conn = conn_first(); conn != NULL; conn = conn->next)
        if (!conn->idle.off)
            start_timer(conn);
}

void idle_start(struct conn *conn) {
    conn->active_us = loop_now_us();
    conn->idle.off = false;
    start_timer(conn);
}

void idle_stop(struct conn *conn) {
    conn->idle.off = true;
    timer_stop(&conn->idle.timer);
}
