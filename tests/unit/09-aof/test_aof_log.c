/* The log, on a disk that fails for a while. */
#include "aof_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_writes.h"
#include "background.h"
#include "unit.h"

static bool disk_fails;

/* In place of the library's. */
int fdatasync(int fd) {
    (void)fd;
    errno = EIO;
    return disk_fails ? -1 : 0;
}

/* A sync that fails is made again, by the policy that is set then, and when
 * that goes well nothing is wrong any more: though nothing more is appended,
 * since writes are refused until then. */
static void recovers(enum aof_fsync policy) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    aof_log_open(memfd_create("log", 0), 0);
    disk_fails = true;
    CHECK_INT(aof_log_settle(), EIO);
    CHECK(aof_log_refusal() != NULL);
    disk_fails = false;
    aof_config.appendfsync = policy;
    for (int tries = 0; tries < 300 && aof_log_refusal() != NULL; tries++) {
        aof_log_flush();
        usleep(10000);
    }
    CHECK(aof_log_refusal() == NULL);
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

/* A write of which a part went through is taken back, and made again with what
 * was appended meanwhile. */
static void test_full(void) {
    static const char due[] =
        REQUEST("3", "one") REQUEST("3", "two") REQUEST("5", "three");
    char bytes[sizeof due + 100] = {0};
    int fd = memfd_create("log", 0), copy = dup(fd);
    CHECK_INT(fcntl(fd, F_SETFL, O_APPEND), 0);
    aof_config.appendfsync = APPENDFSYNC_NO;
    aof_log_open(fd, 0);
    append("one");
    aof_log_flush();
    append("two");
    disk_takes = 10;
    aof_log_flush();
    CHECK(aof_log_refusal() != NULL);
    CHECK_INT(lseek(copy, 0, SEEK_END), sizeof REQUEST("3", "one") - 1);
    append("three");
    disk_takes = SIZE_MAX;
    aof_log_flush();
    CHECK(aof_log_refusal() == NULL);
    CHECK_INT(pread(copy, bytes, sizeof bytes, 0), sizeof due - 1);
    CHECK_TEXT(bytes, strlen(bytes), due);
    CHECK_INT(aof_log_close(), 0);
    close(copy);
}

int main(void) {
    unit_test("a failed sync is made good: always", test_always);
    unit_test("a failed sync is made good: everysec", test_everysec);
    unit_test("a failed sync is made good: no", test_no);
    unit_test("a write that went through in part is made whole", test_full);
    background_stop();
    return unit_end();
}
