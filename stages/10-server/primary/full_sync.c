#include "full_sync.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "child.h"
#include "clock.h"
#include "follower.h"
#include "history.h"
#include "log.h"
#include "propagate.h"
#include "snapshot_file.h"
#include "snapshot_pipe.h"
#include "timer.h"

struct full_sync_config full_sync_config = {.diskless = true, .delay_s = 5};

/* Deciding when a snapshot is due. */

static size_t waiting(void) {
    size_t count = 0;
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        count += f->state == FOLLOWER_WAITS;
    return count;
}

/* Returns the one that has waited longest; NULL if nobody waits. */
static struct follower *first_waiting(void) {
    struct follower *f = follower_first;
    while (f != NULL && f->state != FOLLOWER_WAITS)
        f = f->next;
    return f;
}

static void begin(void);

/* A save or a rewrite may be using the only child. */
static void on_due(struct timer *timer) {
    (void)timer;
    child_when_free(begin);
}

static struct timer due_timer = {.expired = on_due};

/* Before a pipe, others are waited for. They can join a file later. */
void full_sync_plan(void) {
    const struct follower *first = first_waiting();
    /* When the pipe is done, full_sync_ended() plans anew. */
    if (first == NULL || snapshot_pipe_busy()) {
        timer_stop(&due_timer);
        return;
    }
    bool waits = full_sync_config.diskless && first->knows_eof &&
                 !(full_sync_config.most > 0 &&
                   (int64_t)waiting() >= full_sync_config.most);
    timer_start(&due_timer,
                waits ? first->began_us + full_sync_config.delay_s * 1000000
                      : clock_monotonic_us());
}

/* Beginning. */

/* One snapshot serves those who want the same as the first of them. It goes
 * through a pipe only if all of them understand a mark at the end. */
static bool group_knows_eof(bool no_data) {
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        if (f->state == FOLLOWER_WAITS && f->no_data == no_data &&
            !f->knows_eof)
            return false;
    return true;
}

/* Promises the data at that place: from here on the backlog keeps all bytes
 * after it. A replica that has sent SYNC knows no histories and is told none.
 */
static void promise(struct follower *follower, int64_t place) {
    char line[128];
    follower_enter(follower, place);
    if (follower->is_old)
        return;
    int len = snprintf(line, sizeof line, "+FULLRESYNC %s %" PRId64 "\r\n",
                       history.id, place);
    buf_append(conn_out(follower->client->conn), line, (size_t)len);
}

static void drop_waiting(bool no_data) {
    for (struct follower *f = follower_first; f != NULL; f = f->next)
        if (f->state == FOLLOWER_WAITS && f->no_data == no_data)
            client_drop(f->client);
}

static void begin_group(bool no_data) {
    bool diskless = full_sync_config.diskless && group_knows_eof(no_data);
    /* This is the moment of the snapshot: the child has the data as they are
     * now. Nothing runs between the fork and the promises below, so the offset
     * is still that of the child's data. */
    int error =
        diskless ? snapshot_pipe_begin(no_data) : snapshot_file_begin(no_data);
    if (error != 0) {
        log_error("cannot begin a snapshot for replicas: %s", strerror(error));
        drop_waiting(no_data);
        return;
    }
    /* Those who begin here do not know which database is selected. */
    propagate_select_again();
    size_t count = 0;
    for (struct follower *f = follower_first; f != NULL; f = f->next) {
        if (f->state != FOLLOWER_WAITS || f->no_data != no_data)
            continue;
        promise(f, history.offset);
        if (diskless)
            snapshot_pipe_add(f);
        else
            f->state = FOLLOWER_SAVING;
        count++;
    }
    log_info("a snapshot for %zu replica%s is made, %s", count,
             count == 1 ? "" : "s",
             diskless ? "and sent as it is made" : "in a file");
}

static void begin(void) {
    const struct follower *first = first_waiting();
    /* A child may be done while its followers still read from the pipe. */
    if (first != NULL && !snapshot_pipe_busy())
        begin_group(first->no_data);
    full_sync_plan(); /* for those who want the other kind */
}

/* Finds a follower that stands at the place of the file, or NULL. One that is
 * being disconnected does not count: its file may have failed in this turn. */
static const struct follower *one_who_saves(bool no_data) {
    const struct follower *f = follower_first;
    while (f != NULL && (f->state != FOLLOWER_SAVING || f->no_data != no_data ||
                         f->client->conn->ending))
        f = f->next;
    return f;
}

void full_sync_wanted(struct follower *follower) {
    const struct follower *other = one_who_saves(follower->no_data);
    /* The file belongs to the place where the other one stands, and the cursor
     * there has kept all bytes since. */
    if (other != NULL) {
        promise(follower,
                history.offset - (int64_t)repl_cursor_left(&other->cursor));
        follower->state = FOLLOWER_SAVING;
        return;
    }
    full_sync_plan();
}

/* Ending. */

void full_sync_left(struct follower *follower) {
    snapshot_pipe_left(follower);
    snapshot_file_left(follower);
    full_sync_plan();
}

void full_sync_ended(void) {
    full_sync_plan();
}

void full_sync_abort(void) {
    timer_stop(&due_timer);
    snapshot_file_abort();
    snapshot_pipe_abort();
}
