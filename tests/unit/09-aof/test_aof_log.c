/* The log, on a disk that fails for a while. */
#include "aof_log.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aof_config.h"
#include "syncer.h"
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

int main(void) {
    unit_test("a failed sync is made good: always", test_always);
    unit_test("a failed sync is made good: everysec", test_everysec);
    unit_test("a failed sync is made good: no", test_no);
    syncer_stop();
    return unit_end();
}
