#include "snapshot_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "config.h"
#include "follower.h"
#include "full_sync.h"
#include "identity.h"
#include "log.h"
#include "replica_rdb.h"
#include "traffic.h"
#include "xalloc.h"

enum { ROOM = 1 << 20 /* bytes: of the pipe, and of what is read of it */ };

/* Two things end, in either order: the pipe, when the child has closed it, and
 * the child, when its status is known. Only both together tell whether the
 * snapshot is whole. */
static int ends[2] = {-1, -1}; /* ends[1] is the child's */
static struct watch watch;
static bool is_watched;
static char *bytes; /* what was read last */
static size_t filled;
static char mark[IDENTITY_LEN + 1];
static bool without_data;
static bool has_ended; /* the pipe */
static bool child_runs;
static int child_status;

bool snapshot_pipe_busy(void) {
    return ends[0] >= 0;
}

/* Among those that are being sent a snapshot, a file tells the other kind. */
static bool is_reader(const struct follower *follower) {
    return follower->state == FOLLOWER_LOADS && follower->file == NULL;
}

static bool anybody(void) {
    const struct follower *f = follower_first;
    while (f != NULL && !is_reader(f))
        f = f->next;
    return f != NULL;
}

/* Returns true if all followers have taken what was read last. */
static bool is_taken(void) {
    const struct follower *f = follower_first;
    while (f != NULL && (!is_reader(f) || f->sent == (int64_t)filled))
        f = f->next;
    return f == NULL;
}

/* Without a watch the loop does not look at the pipe at all. A watch without
 * events would not do: that the child has closed its end is reported whatever
 * the events are, and the loop would spin until the followers are done. */
static void watch_pipe(bool on) {
    if (on && !is_watched)
        loop_add(&watch);
    else if (!on && is_watched)
        loop_remove(&watch);
    is_watched = on;
}

static void clean(void) {
    watch_pipe(false);
    close(ends[0]);
    ends[0] = -1;
    free(bytes);
    bytes = NULL;
}

/* If the child ended well, the mark ends the snapshot. Otherwise the
 * connections are closed, because nothing else tells a follower that no more
 * comes. */
static void finish(void) {
    bool good = child_status == 0;
    for (struct follower *f = follower_first; f != NULL; f = f->next) {
        if (!is_reader(f))
            continue;
        if (good) {
            buf_append(conn_out(f->client->conn), mark, IDENTITY_LEN);
            follower_loaded(f, true);
        } else {
            client_drop(f->client);
        }
    }
    if (!good)
        log_error("the snapshot for replicas failed");
    clean();
    full_sync_ended();
}

static void finish_if_done(void) {
    if (has_ended && !child_runs && is_taken())
        finish();
}

/* Reads the next piece, over the last one, which all have taken. Then the pipe
 * is not watched until they have taken this one, too: so the slowest of them
 * sets the pace, also of the child, whose writes wait. */
static void read_pipe(void) {
    ssize_t got = read(ends[0], bytes, ROOM);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        watch_pipe(true);
        return;
    }
    filled = got > 0 ? (size_t)got : 0;
    has_ended = got <= 0;
    watch_pipe(false);
    for (struct follower *f = follower_first; f != NULL; f = f->next) {
        if (!is_reader(f))
            continue;
        f->sent = 0;
        f->moved_us = loop_now_us(); /* its time for this piece begins */
        output_source_grew(f->client->conn);
    }
    finish_if_done();
}

/* The pipe is watched only while all have taken what was read. */
static void on_readable(struct watch *ready, unsigned events) {
    (void)ready;
    (void)events;
    read_pipe();
}

/* Sending. */

static size_t ready(const struct output_source *source) {
    const struct follower *follower = (const struct follower *)source;
    if (follower->client->conn->ending)
        return 0;
    return filled - (size_t)follower->sent;
}

static ssize_t send_part(struct output_source *source, int fd) {
    struct follower *follower = (struct follower *)source;
    ssize_t sent =
        send(fd, bytes + follower->sent, ready(source), MSG_NOSIGNAL);
    if (sent <= 0)
        return sent;
    follower->sent += sent;
    follower->moved_us = loop_now_us();
    traffic.replicas += (uint64_t)sent;
    /* The last one to take a piece fetches the next one for all. */
    if (follower->sent == (int64_t)filled && !has_ended && is_taken())
        read_pipe();
    else
        finish_if_done();
    return sent;
}

/* The piece is there once for all, so it counts for none of them. */
static const struct output_source piece = {ready, follower_held, send_part};

/* Beginning. */

static int work_of_child(void) {
    return replica_rdb_write(ends[1], without_data) == 0 ? 0 : 1;
}

static void ended(int status) {
    child_runs = false;
    child_status = status;
    finish_if_done();
}

static int open_pipe(void) {
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    /* Our end only: the child has nothing to do but wait. */
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    (void)fcntl(ends[1], F_SETPIPE_SZ, ROOM); /* faster, where it is allowed */
    return 0;
}

int snapshot_pipe_begin(bool no_data) {
    int error = open_pipe();
    if (error != 0)
        return error;
    without_data = no_data;
    error =
        child_start("rdb-to-slaves", config.dbfilename, work_of_child, ended);
    /* As long as we had it open, too, the pipe would never end. */
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        ends[0] = -1;
        return error;
    }
    /* So long and random that no snapshot contains it by chance. */
    identity_draw(mark);
    child_runs = true;
    has_ended = false;
    filled = 0;
    bytes = xmalloc(ROOM);
    watch = (struct watch){
        .fd = ends[0], .events = LOOP_READ, .ready = on_readable};
    watch_pipe(true);
    return 0;
}

void snapshot_pipe_add(struct follower *follower) {
    char line[64];
    struct conn *conn = follower->client->conn;
    int len = snprintf(line, sizeof line, "$EOF:%s\r\n", mark);
    buf_append(conn_out(conn), line, (size_t)len);
    follower->state = FOLLOWER_LOADS;
    follower->sent = 0;
    follower->moved_us = loop_now_us();
    follower_set_source(follower, &piece);
}

/* Ending. */

static void give_up(void) {
    /* If the child has ended, another one may run by now, which is not ours. */
    if (child_runs)
        (void)child_kill();
    child_runs = false;
    clean();
}

/* The follower that leaves may be the one for which all others waited. */
void snapshot_pipe_left(struct follower *follower) {
    if (!snapshot_pipe_busy() || !is_reader(follower))
        return;
    if (!anybody()) {
        log_info(
            "the snapshot for replicas is given up: all of them have left");
        give_up();
    } else if (!has_ended && is_taken()) {
        read_pipe();
    } else {
        finish_if_done();
    }
}

void snapshot_pipe_abort(void) {
    if (!snapshot_pipe_busy())
        return;
    give_up();
    for (struct follower *f = follower_first; f != NULL; f = f->next)
        if (is_reader(f))
            client_drop(f->client);
}
