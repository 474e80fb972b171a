#include "snapshot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "config.h"
#include "file_replace.h"
#include "follower.h"
#include "full_sync.h"
#include "log.h"
#include "replica_rdb.h"
#include "traffic.h"
#include "xalloc.h"

/* A whole file. The last of its readers closes it. */
struct snapshot_file {
    int fd;
    int64_t size;
    size_t readers;
};

enum {
    SEND_MOST = 1 << 20
}; /* bytes at a time, so that others get their turn */

/* The file of the child; -1: none is written. It stays open here while the
 * child writes to it, since it has no name by which it could be opened again.
 */
static int writing = -1;
static bool without_data;

/* Sending. */

static size_t ready(const struct output_source *source) {
    const struct follower *follower = (const struct follower *)source;
    /* It has hung up, or was dropped. It is closed when nothing is ready. */
    if (follower->client->conn->ending)
        return 0;
    return (size_t)(follower->file->size - follower->sent);
}

static void release(struct follower *follower) {
    struct snapshot_file *file = follower->file;
    follower->file = NULL;
    if (--file->readers > 0)
        return;
    close(file->fd);
    free(file);
}

static ssize_t send_part(struct output_source *source, int fd) {
    struct follower *follower = (struct follower *)source;
    size_t part = ready(source);
    /* Each reader has a place of its own, so the file's must not move. */
    off_t from = follower->sent;
    ssize_t sent = sendfile(fd, follower->file->fd, &from,
                            part < SEND_MOST ? part : SEND_MOST);
    if (sent <= 0)
        return sent;
    follower->sent += sent;
    follower->moved_us = loop_now_us();
    traffic.replicas += (uint64_t)sent;
    /* It has counted the bytes that were announced, so the stream may follow
     * at once. */
    if (follower->sent == follower->file->size) {
        release(follower);
        follower_loaded(follower, false);
    }
    return sent;
}

/* The file takes no memory: only the stream that is kept meanwhile counts. */
static const struct output_source part = {ready, follower_held, send_part};

/* The line is among the output's own bytes, which are sent before a source. */
static void give(struct follower *follower, struct snapshot_file *file) {
    char line[32];
    int len = snprintf(line, sizeof line, "$%" PRId64 "\r\n", file->size);
    buf_append(conn_out(follower->client->conn), line, (size_t)len);
    file->readers++;
    follower->file = file;
    follower->sent = 0;
    follower->state = FOLLOWER_LOADS;
    follower->moved_us = loop_now_us();
    follower_set_source(follower, &part);
}

/* Writing. */

static int work_of_child(void) {
    return replica_rdb_write(writing, without_data) == 0 ? 0 : 1;
}

/* There is no way to take back the promise of a snapshot. They come again. */
static void drop_all(void) {
    for (struct follower *f = follower_first; f != NULL; f = f->next)
        if (f->state == FOLLOWER_SAVING)
            client_drop(f->client);
}

static void give_all(void) {
    struct stat about = {0};
    struct snapshot_file *file = xcalloc(1, sizeof *file);
    (void)fstat(writing, &about); /* it is open, so this cannot fail */
    *file = (struct snapshot_file){.fd = writing, .size = about.st_size};
    for (struct follower *f = follower_first; f != NULL; f = f->next)
        if (f->state == FOLLOWER_SAVING)
            give(f, file);
}

static bool anybody(void) {
    const struct follower *f = follower_first;
    while (f != NULL && f->state != FOLLOWER_SAVING)
        f = f->next;
    return f != NULL;
}

static void ended(int status) {
    if (status == 0 && anybody()) {
        give_all();
    } else {
        log_error("the snapshot for replicas failed");
        drop_all();
        close(writing);
    }
    writing = -1;
    full_sync_ended();
}

/* Opens a file in the server's folder, and removes its name at once. */
static int open_file(void) {
    char path[64];
    snprintf(path, sizeof path, "temp-replicas-%ld.rdb", (long)getpid());
    int fd = file_create(path, O_RDWR, 0600);
    if (fd >= 0)
        unlink(path);
    return fd;
}

int snapshot_file_begin(bool no_data) {
    writing = open_file();
    if (writing < 0)
        return errno;
    without_data = no_data;
    /* To others it is a save in progress, as in Redis: a BGSAVE says so. */
    int error =
        child_start("rdb-bgsave", config.dbfilename, work_of_child, ended);
    if (error != 0) {
        close(writing);
        writing = -1;
    }
    return error;
}

/* Ending. */

static void give_up(void) {
    (void)child_kill();
    close(writing);
    writing = -1;
}

void snapshot_file_left(struct follower *follower) {
    if (follower->file != NULL)
        release(follower);
    /* A child that writes for nobody keeps others from forking. */
    if (writing < 0 || anybody())
        return;
    log_info("the snapshot for replicas is given up: all of them have left");
    give_up();
}

void snapshot_file_abort(void) {
    if (writing < 0)
        return;
    give_up();
    drop_all();
}
