/* Rewrites, on a disk that fails, and of a log that is switched meanwhile. */
#include "aof.h"

#include "aof_disk.h"
#include "aof_folder.h"
#include "aof_log.h"
#include "unit.h"

/* What could not be synced is not complete, so it stays the last increment. */
static void test_log_fails(void) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    int64_t bases = last_on_disk(AOF_BASE), increments = last_on_disk(AOF_INCR);
    syncs_fail = true;
    append_something();
    CHECK(!aof_rewrite() && !aof.rewriting);
    CHECK(!aof_settle() && aof_error() != NULL);
    CHECK_INT(last_on_disk(AOF_INCR), increments);
    syncs_fail = false;
    CHECK(aof_settle() && aof_error() == NULL);
    CHECK(aof_rewrite());
    wait_for_child();
    CHECK_INT(files_on_disk(), 2);
    CHECK_INT(last_on_disk(AOF_BASE), bases + 1);
    CHECK_INT(last_on_disk(AOF_INCR), increments + 1);
}

/* The log holds all data as soon as it is on, and what it held before is no
 * part of it. */
static void test_switched_on(void) {
    switch_to(false);
    CHECK(!aof_wanted() && !aof_log_is_open());
    int64_t bases = last_on_disk(AOF_BASE), increments = last_on_disk(AOF_INCR);
    switch_to(true);
    CHECK(aof_wanted() && aof_log_is_open());
    CHECK_INT(files_on_disk(), 2);
    CHECK_INT(last_on_disk(AOF_BASE), bases + 1);
    CHECK_INT(last_on_disk(AOF_INCR), increments + 1);
}

/* A rewrite that began when nothing was appended is no base of what is. */
static void test_switched_on_meanwhile(void) {
    switch_to(false);
    CHECK(aof_rewrite() && aof.rewriting);
    switch_to(true);
    CHECK(!aof.rewriting && aof_log_is_open());
    CHECK_INT(files_on_disk(), 2);
}

/* A log that cannot be switched on stays off, and what was there stays. */
static void test_switched_on_in_vain(void) {
    switch_to(false);
    folders_fail = true;
    good_folders = 0;
    aof_config.appendonly = true;
    CHECK(aof_switched() != NULL && !aof_wanted());
    folders_fail = false;
    CHECK(files_on_disk() >= 2);
    CHECK(aof_switched() == NULL && aof_wanted());
    CHECK_INT(files_on_disk(), 2);
}

int main(void) {
    begin_in_folder();
    unit_test("a folder that was made has to be synced", test_folder_is_new);
    unit_test("a folder that cannot be synced loses no file",
              test_folder_fails);
    unit_test("what is history is deleted, then forgotten", test_history_goes);
    unit_test("a log that cannot be synced is not rewritten", test_log_fails);
    unit_test("switched on, it holds all data", test_switched_on);
    unit_test("switched on while it is rewritten", test_switched_on_meanwhile);
    unit_test("switched on in vain", test_switched_on_in_vain);
    unit_test("a manifest of nothing but history is no log", test_only_history);
    end_in_folder();
    return unit_end();
}
