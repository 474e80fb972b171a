/* The log, on a disk that fails for a while. */
#include "aof_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aof_block.h"
#include "aof_config.h"
#include "background.h"
#include "unit.h"

static bool disk_fails;
static size_t disk_takes = SIZE_MAX; /* bytes, then it is full */

/* In place of the library's. */
int fdatasync(int fd) {
    (void)fd;
    errno = EIO;
    return disk_fails ? -1 : 0;
}

ssize_t write(int fd, const void *bytes, size_t len) {
    errno = ENOSPC;
    if (disk_takes == 0)
        return -1;
    size_t part = len < disk_takes ? len : disk_takes;
    if (disk_takes != SIZE_MAX)
        disk_takes -= part;
    return syscall(SYS_write, fd, bytes, part);
}

/* A sync that fails is made again, by the policy that is set then, and when
 * that goes well nothing is wrong any more: though nothing more is appended,
 * since writes are refused until then. */
static void recovers(enum aof_fsync policy) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    aof_log_open(memfd_create("log", 0), 0);
    disk_fails = true;
    CHECK_INT(aof_log_settle(), EIO);
    CHECK(aof_log_error() != NULL);
    disk_fails = false;
    aof_config.appendfsync = policy;
    for (int tries = 0; tries < 300 && aof_log_error() != NULL; tries++) {
        aof_log_flush();
        usleep(10000);
    }
    CHECK(aof_log_error() == NULL);
    CHECK_INT(aof_log_close(), 0);
}

static void test_always(void) {
    recovers(APPENDFSYNC_ALWAYS);
}

static void test_everysec(void) {
    recovers(APPENDFSYNC_EVERYSEC);
}

static void test_no(void) {
    recovers(APPENDFSYNC_NO);
}

static void append(const char *value) {
    char request[64];
    int len = snprintf(request, sizeof request,
                       "*3\r\n$6\r\nAPPEND\r\n$3\r\nkey\r\n$%zu\r\n%s\r\n",
                       strlen(value), value);
    aof_log_append((struct slice){request, (size_t)len});
}

/* Counts the blocks of a file, each of which is whole and right. */
static size_t count_blocks(int fd) {
    char bytes[4096];
    size_t blocks = 0, at = 0;
    bool in_blocks = false;
    ssize_t got = pread(fd, bytes, sizeof bytes, 0);
    size_t len = got > 0 ? (size_t)got : 0;
    while (at < len) {
        size_t line = 0;
        if (!CHECK(bytes[at] == '#') ||
            !CHECK(aof_block_check(bytes + at, len - at, &in_blocks, &line) ==
                   AOF_WHOLE))
            break;
        at += line + strtoul(bytes + at + strlen("#BLOCK "), NULL, 16);
        blocks++;
    }
    CHECK(in_blocks);
    return blocks;
}

/* With checksums each write is a block, also one that had to be tried again,
 * behind which more was appended meanwhile. */
static void test_blocks(void) {
    int fd = memfd_create("log", 0), copy = dup(fd);
    CHECK_INT(fcntl(fd, F_SETFL, O_APPEND), 0);
    aof_config.appendfsync = APPENDFSYNC_NO;
    aof_config.checksums = true;
    aof_log_open(fd, 0);
    append("one");
    append("two");
    aof_log_flush();
    append("three");
    disk_takes = 70;
    aof_log_flush();
    CHECK(aof_log_error() != NULL);
    append("four");
    append("five");
    disk_takes = SIZE_MAX;
    aof_log_flush();
    CHECK(aof_log_error() == NULL);
    CHECK_INT(aof_log_size(), lseek(copy, 0, SEEK_END));
    CHECK_INT(count_blocks(copy), 3);
    CHECK_INT(aof_log_close(), 0);
    aof_config.checksums = false;
    close(copy);
}

int main(void) {
    unit_test("a failed sync is made good: always", test_always);
    unit_test("a failed sync is made good: everysec", test_everysec);
    unit_test("a failed sync is made good: no", test_no);
    unit_test("with checksums each write is a block", test_blocks);
    background_stop();
    return unit_end();
}
