/* What stands between the commands of the log: checksums and the time. */
#include "aof_log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "aof_block.h"
#include "aof_config.h"
#include "aof_format.h"
#include "aof_writes.h"
#include "background.h"
#include "unit.h"

static time_t present; /* what the clock on the wall shows, unless 0 */

/* In place of the library's. */
int clock_gettime(clockid_t clock, struct timespec *now) {
    long result = syscall(SYS_clock_gettime, clock, now);
    if (clock == CLOCK_REALTIME && present != 0)
        now->tv_sec = present;
    return (int)result;
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
    aof_format.checksums = true;
    aof_log_open(fd, 0);
    append("one");
    append("two");
    aof_log_flush();
    append("three");
    disk_takes = 70;
    aof_log_flush();
    CHECK(aof_log_refusal() != NULL);
    append("four");
    append("five");
    disk_takes = SIZE_MAX;
    aof_log_flush();
    CHECK(aof_log_refusal() == NULL);
    CHECK_INT(aof_log_size(), lseek(copy, 0, SEEK_END));
    CHECK_INT(count_blocks(copy), 3);
    CHECK_INT(aof_log_close(), 0);
    aof_format.checksums = false;
    close(copy);
}

/* The time is told where a second begins, at the beginning of a file, and never
 * backwards. */
static void test_time(void) {
    static const char due[] =
        "#TS:1700000000\r\n" REQUEST("3", "one") REQUEST("3", "two")
            REQUEST("4", "back") "#TS:1700000005\r\n" REQUEST("5", "later")
                REQUEST("3", "off");
    char bytes[sizeof due + 100] = {0};
    int fd = memfd_create("log", 0), other = memfd_create("next", 0);
    aof_config.appendfsync = APPENDFSYNC_NO;
    aof_format.timestamps = true;
    aof_log_open(dup(fd), 0);
    present = 1700000000;
    append("one");
    append("two");
    present--;
    append("back");
    present += 6;
    append("later");
    aof_log_append((struct slice){"", 0});
    present++;
    aof_log_append((struct slice){"", 0});
    aof_format.timestamps = false;
    append("off");
    CHECK_INT(aof_log_close(), 0);
    CHECK_INT(pread(fd, bytes, sizeof bytes, 0), sizeof due - 1);
    CHECK_TEXT(bytes, strlen(bytes), due);
    aof_format.timestamps = true;
    aof_log_open(dup(other), 0);
    append("next");
    CHECK_INT(aof_log_close(), 0);
    CHECK_INT(pread(other, bytes, 16, 0), 16);
    CHECK(memcmp(bytes, "#TS:1700000006\r\n", 16) == 0);
    aof_format.timestamps = false;
    present = 0;
    close(fd);
    close(other);
}

int main(void) {
    unit_test("with checksums each write is a block", test_blocks);
    unit_test("the time is told where a second begins", test_time);
    background_stop();
    return unit_end();
}
