/* The journal: records, appended one write each, so that those of several
 * threads and processes do not mix. */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "preload.h"

static int journal = -1;

void faults_journal_open(const char *path) {
    long fd = syscall(SYS_openat, AT_FDCWD, path,
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    /* A number that no server is used to: low ones are for its clients. */
    journal = fd < 0 ? -1 : fcntl((int)fd, F_DUPFD_CLOEXEC, 900);
    if (fd >= 0)
        syscall(SYS_close, fd);
}

void faults_journal(int kind, uint64_t inode, uint64_t offset, const char *path,
                    size_t path_len, const void *data, size_t data_len) {
    if (journal < 0)
        return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct record record = {.magic = RECORD_MAGIC,
                            .kind = (uint32_t)kind,
                            .ns = (uint64_t)now.tv_sec * 1000000000u +
                                  (uint64_t)now.tv_nsec,
                            .pid = (uint32_t)getpid(),
                            .thread = (uint32_t)syscall(SYS_gettid),
                            .inode = inode,
                            .offset = offset,
                            .path_len = (uint32_t)path_len,
                            .data_len = (uint32_t)data_len};
    struct iovec parts[] = {{&record, sizeof record},
                            {(void *)(uintptr_t)path, path_len},
                            {(void *)(uintptr_t)data, data_len}};
    syscall(SYS_writev, journal, parts, 3);
}
