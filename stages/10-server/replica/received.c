#include "received.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"
#include "file_replace.h"

/* Each time that so many bytes have been written, the kernel is asked to bring
 * them to the disk, so that the sync at the end has little left to do. */
enum { SYNC_BYTES = 8 << 20 };

static struct received {
    int fd; /* -1: none is begun */
    bool in_memory;
    bool in_place;            /* of the snapshot */
    struct file_replace file; /* on disk */
    char path[FILE_PATH_MAX];
    int64_t size, sent_on;
} received = {.fd = -1};

/* The loader opens files by path, and this one has no other. */
static int begin_in_memory(void) {
    received.fd = memfd_create("received", MFD_CLOEXEC);
    if (received.fd < 0)
        return errno;
    snprintf(received.path, sizeof received.path, "/proc/self/fd/%d",
             received.fd);
    return 0;
}

/* A SAVE, which is no child, would write to "temp-PID.dump.rdb" as well, in the
 * middle of a transfer. So the file has a name of its own until it replaces the
 * snapshot. It continues that of the snapshot with a dot, so that a start after
 * a crash removes it (file_replace.h). */
static int begin_on_disk(void) {
    char name[FILE_PATH_MAX];
    int len = snprintf(name, sizeof name, "%s.received", config.dbfilename);
    if (len >= FILE_PATH_MAX)
        return ENAMETOOLONG;
    int error = file_replace_begin(&received.file, name);
    if (error != 0)
        return error;
    received.fd = received.file.fd;
    snprintf(received.path, sizeof received.path, "%s", config.dbfilename);
    memcpy(received.file.path, received.path, sizeof received.path);
    return 0;
}

int received_begin(bool in_memory) {
    received_drop(); /* one that was begun by a link that broke */
    received = (struct received){.fd = -1, .in_memory = in_memory};
    return in_memory ? begin_in_memory() : begin_on_disk();
}

int received_append(struct slice bytes) {
    int error = file_write_all(received.fd, bytes.ptr, bytes.len);
    if (error != 0)
        return error;
    received.size += (int64_t)bytes.len;
    if (!received.in_memory && received.size - received.sent_on >= SYNC_BYTES) {
        /* Only a hint: the sync at the end does not rely on it. */
        (void)sync_file_range(received.fd, received.sent_on,
                              received.size - received.sent_on,
                              SYNC_FILE_RANGE_WRITE);
        received.sent_on = received.size;
    }
    return 0;
}

/* On disk, the rename is the moment at which the old snapshot is gone. */
int received_end(void) {
    if (received.in_memory)
        return 0;
    received.fd = -1; /* whatever happens, the commit closes it */
    int error = file_replace_commit(&received.file, 0);
    received.in_place = error == 0;
    return error;
}

void received_remove(void) {
    if (received.in_place)
        unlink(received.path);
    received.in_place = false;
}

const char *received_path(void) {
    return received.path;
}

void received_drop(void) {
    if (received.fd < 0)
        return;
    if (received.in_memory)
        close(received.fd);
    else /* with an error it removes the new file, and returns that error */
        (void)file_replace_commit(&received.file, ECANCELED);
    received.fd = -1;
}
