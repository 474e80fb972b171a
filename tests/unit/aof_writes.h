/* Commands for the log, and a disk that becomes full. */
#ifndef AOF_WRITES_H
#define AOF_WRITES_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aof_log.h"

static size_t disk_takes = SIZE_MAX; /* bytes, then it is full */

/* In place of the library's. */
ssize_t write(int fd, const void *bytes, size_t len) {
    errno = ENOSPC;
    if (disk_takes == 0)
        return -1;
    size_t part = len < disk_takes ? len : disk_takes;
    if (disk_takes != SIZE_MAX)
        disk_takes -= part;
    return syscall(SYS_write, fd, bytes, part);
}

#define REQUEST(length, value) \
    "*3\r\n$6\r\nAPPEND\r\n$3\r\nkey\r\n$" length "\r\n" value "\r\n"

static void append(const char *value) {
    char request[64];
    int len = snprintf(request, sizeof request,
                       "*3\r\n$6\r\nAPPEND\r\n$3\r\nkey\r\n$%zu\r\n%s\r\n",
                       strlen(value), value);
    aof_log_append((struct slice){request, (size_t)len});
}

#endif
