/* Rewrites beside the loop, on a disk that fails, and of a log that is switched
 * meanwhile. */
#include "aof.h"

#include <signal.h>
#include <sys/wait.h>

#include "aof_disk.h"
#include "aof_first.h"
#include "aof_folder.h"
#include "aof_log.h"
#include "unit.h"

/* Waits until the child has ended well, of which nobody has heard. */
static void wait_for_base(void) {
    siginfo_t about;
    CHECK(waitid(P_ALL, 0, &about, WEXITED | WNOWAIT) == 0);
    CHECK_INT(about.si_status, 0);
}

/* What could not be synced leaves the manifest as it was until there is a new
 * base: the increment may still be cut off, so it is the last. */
static void test_log_fails(void) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    CHECK_INT(files_on_disk(), 2);
    syncs_fail = true;
    int64_t bases = last_on_disk(AOF_BASE), increments = last_on_disk(AOF_INCR);
    CHECK(aof_rewrite());
    CHECK(!aof_settle() && aof_error() != NULL);
    CHECK_INT(last_on_disk(AOF_INCR), increments);
    wait_for_child();
    CHECK(aof_error() == NULL);
    CHECK_INT(files_on_disk(), 2);
    CHECK_INT(last_on_disk(AOF_BASE), bases + 1);
    CHECK_INT(last_on_disk(AOF_INCR), increments + 1);
    syncs_fail = false;
}

/* The manifest of such a base is in place, and its folder cannot be synced: it
 * is not known which of the two is on disk, so that nothing is written before
 * the next base. */
static void test_log_and_folder_fail(void) {
    syncs_fail = true;
    append_something();
    CHECK(aof_rewrite());
    wait_for_base();
    folders_fail = true;
    good_folders = 1; /* for the new increment's name */
    wait_for_child();
    syncs_fail = false;
    int64_t size = aof_log_size();
    append_something();
    aof_turn();
    CHECK(aof_error() != NULL && !aof_rewrite());
    CHECK(files_on_disk() >= 2);
    folders_fail = false;
    CHECK(aof_rewrite());
    wait_for_child();
    CHECK(aof_error() == NULL && aof_log_size() < size);
    CHECK_INT(files_on_disk(), 2);
    switch_to(false);
}

/* A rewrite that began when nothing was appended is no base of what is. */
static void test_switched_on_meanwhile(void) {
    CHECK(aof_rewrite());
    switch_to(true);
    CHECK(aof.rewriting && aof_is_incomplete() && aof_log_is_open());
    wait_for_child();
    CHECK(!aof_is_incomplete());
    CHECK_INT(files_on_disk(), 2);
    switch_to(false);
}

/* CONFIG SET dir while a base is being written: it stays behind, and no
 * manifest of the new folder names it. */
static void test_moved_meanwhile(void) {
    switch_to(true);
    wait_for_child();
    CHECK(aof_rewrite());
    CHECK(aof_settle()); /* the new increment has begun */
    wait_for_base();
    CHECK(mkdir("moved", 0700) == 0 && mkdir("moved/appendonlydir", 0700) == 0);
    CHECK_INT(chdir("moved"), 0);
    wait_for_child();
    CHECK_INT(aof.failures, 1);
    CHECK_INT(files_on_disk(), 0);
    CHECK_INT(chdir(".."), 0);
    CHECK(rmdir("moved/appendonlydir") == 0 && rmdir("moved") == 0);
    CHECK(aof_rewrite());
    wait_for_child();
    CHECK_INT(files_on_disk(), 2);
    switch_to(false);
}

/* A crash has left an increment that no manifest names: it does not keep its
 * name from the one that waits for its base. */
static void test_left_increment(void) {
    char name[FILE_PATH_MAX];
    aof_folder_increment_name(name, last_on_disk(AOF_INCR) + 1);
    close(aof_folder_create(name));
    switch_to(true);
    append_something();
    wait_for_child();
    CHECK(aof_settle());
    CHECK(aof_log_size() > 0);
    CHECK_INT(aof_folder_size(name), aof_log_size());
    CHECK(aof_folder_size("temp-appendonly.aof.incr") < 0);
    switch_to(false);
}

/* Switched off before there is a base: nothing is left of it. */
static void test_given_up(void) {
    empty();
    switch_to(true);
    append_something();
    switch_to(false);
    CHECK(!aof_folder_lost_manifest());
    CHECK_INT(files_on_disk(), 0);
}

int main(void) {
    begin_in_folder();
    unit_test("a folder that was made has to be synced", test_folder_is_new);
    unit_test("a folder that cannot be synced loses no file",
              test_folder_fails);
    unit_test("what is history is deleted, then forgotten", test_history_goes);
    unit_test("a log that cannot be synced begins no increment before a base",
              test_log_fails);
    unit_test("nothing is written while the manifest is in doubt",
              test_log_and_folder_fail);
    unit_test("switched on while it is rewritten", test_switched_on_meanwhile);
    unit_test("the folder is another one when the base is there",
              test_moved_meanwhile);
    unit_test("an increment that a crash has left is in nobody's way",
              test_left_increment);
    unit_test("switched off before it has a base", test_given_up);
    unit_test("a manifest of nothing but history is no log", test_only_history);
    end_in_folder();
    return unit_end();
}
