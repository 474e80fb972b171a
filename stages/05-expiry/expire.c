#include "expire.h"

#include "backlog.h"
#include "clock.h"
#include "key_time.h"
#include "keyspace.h"
#include "loop.h"
#include "stalled.h"
#include "timer.h"

/* The clock on the wall may be set forward: look at it so often. */
enum { LONGEST_SLEEP_MS = 1000 };

static void on_due(struct timer *timer);
static struct timer timer = {.expired = on_due};

/* The time that the timer is set to; DUE_NEVER when it does not run. */
static int64_t next_ms = DUE_NEVER;

static bool active = true;

static struct backlog overdue; /* entries that are due and not freed */

static void sleep_until(int64_t due_ms) {
    next_ms = due_ms;
    if (due_ms == DUE_NEVER)
        return;
    int64_t ms = due_ms - key_time_ms();
    ms = ms > LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : ms > 0 ? ms : 0;
    /* The + 1 puts it off to the next turn, since the clients come first. */
    timer_start(&timer, loop_now_us() + ms * 1000 + 1);
}

void expire_by(int64_t due_ms) {
    /* Most expiries lie behind the first one, and then this costs nothing. */
    if (active && due_ms < next_ms)
        sleep_until(due_ms);
}

/* Frees what is due in one database: while there is time, and beyond that if
 * the heap has grown too far meanwhile. Returns true if that was all. */
static bool expire_db(struct db *db, int64_t end_us) {
    const struct heap *heap = keyspace_heap();
    while (db_next_due_ms(db) <= key_time_ms()) {
        if (clock_monotonic_us() >= end_us && !backlog_grows(&overdue, heap))
            return false;
        (void)db_expire_some(db);
        backlog_note(&overdue, heap);
    }
    return true;
}

/* Sleeps until something is due in any of the databases. */
static void sleep_until_next(void) {
    int64_t first = DUE_NEVER;
    for (int i = 0; i < keyspace_databases; i++) {
        int64_t due = db_next_due_ms(keyspace_db(i));
        first = due < first ? due : first;
    }
    sleep_until(first);
}

/* The database at which a turn runs out of time comes last in the next turn, so
 * that no other has to wait until nothing is due there. */
static void on_due(struct timer *unused) {
    (void)unused;
    static int first;
    /* Not the loop's clock, which stands still during a turn. */
    int64_t began_us = clock_monotonic_us();
    int64_t end_us = began_us + EXPIRE_SLICE_US;
    int start = first;
    bool in_time = true;
    backlog_note(&overdue, keyspace_heap());
    for (int i = 0; i < keyspace_databases; i++) {
        int number = (start + i) % keyspace_databases;
        /* Those that follow are asked as well: if the heap has grown too far,
         * they must free something even now. */
        if (!expire_db(keyspace_db(number), end_us) && in_time) {
            in_time = false;
            first = (number + 1) % keyspace_databases;
        }
    }
    if (in_time)
        backlog_end(&overdue);
    sleep_until_next();
    stage_stalled("expire-cycle", clock_monotonic_us() - began_us);
}

bool expire_set_active(bool on) {
    bool was_on = active;
    active = on;
    timer_stop(&timer);
    next_ms = DUE_NEVER;
    if (on)
        sleep_until_next();
    return was_on;
}

void expire_stop(void) {
    timer_stop(&timer);
}
