/* The log, on a disk that fails for a while. */
#include "aof_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_pending.h"
#include "aof_writes.h"
#include "background.h"
#include "unit.h"

static bool disk_fails;
static atomic_bool thread_hangs, thread_syncs;
static pthread_t main_thread;

/* In place of the library's. */
int fdatasync(int fd) {
    (void)fd;
    if (!pthread_equal(pthread_self(), main_thread)) {
        thread_syncs = true;
        while (thread_hangs)
            usleep(1000);
    }
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
    for (int tries = 0; tries < 3000 && aof_log_refusal() != NULL; tries++) {
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

/* What was written while nobody asked for syncs is synced as soon as the policy
 * asks for them, even if nothing more is appended. */
static void synced_later(enum aof_fsync policy) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    aof_log_open(memfd_create("log", 0), 0);
    append("one");
    aof_log_flush();
    CHECK(aof_log_synced() < aof_log_appended());
    aof_config.appendfsync = policy;
    for (int tries = 0; tries < 3000 && aof_log_synced() < aof_log_appended();
         tries++) {
        aof_log_flush();
        usleep(10000);
    }
    CHECK_INT(aof_log_synced(), aof_log_appended());
    CHECK_INT(aof_log_close(), 0);
}

static void test_no_to_always(void) {
    synced_later(APPENDFSYNC_ALWAYS);
}

static void test_no_to_everysec(void) {
    synced_later(APPENDFSYNC_EVERYSEC);
}

/* A sync of the thread that ends after a later one tells nothing new. */
static void test_late_sync(void) {
    aof_config.appendfsync = APPENDFSYNC_EVERYSEC;
    aof_log_open(memfd_create("log", 0), 0);
    append("one");
    thread_hangs = true;
    thread_syncs = false;
    for (int tries = 0; tries < 3000 && !thread_syncs; tries++) {
        aof_log_flush();
        usleep(10000);
    }
    CHECK(thread_syncs);
    append("two");
    aof_config.appendfsync = APPENDFSYNC_ALWAYS;
    aof_log_flush();
    CHECK_INT(aof_log_synced(), aof_log_appended());
    thread_hangs = false;
    background_wait(&background_syncing);
    aof_log_flush();
    CHECK_INT(aof_log_synced(), aof_log_appended());
    CHECK_INT(aof_log_close(), 0);
}

/* What could not be written, and stands in the base before the next file, is on
 * disk. */
static void test_move(void) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    aof_log_open(memfd_create("log", 0), 0);
    append("one");
    disk_takes = 0;
    aof_log_flush();
    CHECK(aof_log_refusal() != NULL);
    disk_takes = SIZE_MAX;
    aof_log_pass(aof_pending_len());
    aof_log_move(memfd_create("next", 0));
    CHECK_INT(aof_log_synced(), aof_log_appended());
    CHECK_INT(aof_log_close(), 0);
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
    main_thread = pthread_self();
    unit_test("a failed sync is made good: always", test_always);
    unit_test("a failed sync is made good: everysec", test_everysec);
    unit_test("a failed sync is made good: no", test_no);
    unit_test("a write that went through in part is made whole", test_full);
    unit_test("a policy that asks for syncs is heeded at once: always",
              test_no_to_always);
    unit_test("a policy that asks for syncs is heeded at once: everysec",
              test_no_to_everysec);
    unit_test("an older sync that ends later takes nothing back",
              test_late_sync);
    unit_test("what a base holds is on disk", test_move);
    background_stop();
    return unit_end();
}
