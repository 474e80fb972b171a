/* Rewrites, on a disk that fails, and of a log that is switched meanwhile. */
#include "aof.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_disk.h"
#include "aof_folder.h"
#include "aof_log.h"
#include "keyspace.h"
#include "loop.h"
#include "settings.h"
#include "unit.h"

static void append_something(void) {
    static char del[] = "*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n";
    aof_log_append((struct slice){del, sizeof del - 1});
}

static void switch_to(bool on) {
    aof_config.appendonly = on;
    CHECK(aof_switched() == NULL);
}

/* The new manifest is in place, and its folder cannot be synced. */
static void test_folder_fails(void) {
    good_folders = 0;
    aof_config.appendonly = true;
    aof_start();
    CHECK_INT(files_on_disk(), 2);
    CHECK(aof_rewrite());
    folders_fail = true;
    wait_for_child();
    folders_fail = false;
    CHECK(files_on_disk() >= 2);
    CHECK(aof_rewrite());
    wait_for_child();
    CHECK_INT(files_on_disk(), 2);
}

/* What could not be synced is not complete, so it stays the last increment. */
static void test_log_fails(void) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    int64_t bases = last_on_disk(AOF_BASE), increments = last_on_disk(AOF_INCR);
    syncs_fail = true;
    append_something();
    CHECK(!aof_rewrite() && !aof_rewriting());
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
    CHECK(aof_rewrite() && aof_rewriting());
    switch_to(true);
    CHECK(!aof_rewriting() && aof_log_is_open());
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

/* Removes all files. */
static void empty(void) {
    DIR *files = opendir("appendonlydir");
    for (struct dirent *at; files != NULL && (at = readdir(files)) != NULL;)
        (void)unlinkat(dirfd(files), at->d_name, 0);
    if (files != NULL)
        closedir(files);
}

int main(void) {
    char folder[] = "/tmp/aof-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return 2;
    settings_start();
    keyspace_start();
    unit_test("a folder that cannot be synced loses no file",
              test_folder_fails);
    unit_test("a log that cannot be synced is not rewritten", test_log_fails);
    unit_test("switched on, it holds all data", test_switched_on);
    unit_test("switched on while it is rewritten", test_switched_on_meanwhile);
    unit_test("switched on in vain", test_switched_on_in_vain);
    aof_stop();
    keyspace_stop();
    settings_free();
    empty();
    if (rmdir("appendonlydir") != 0 || rmdir(folder) != 0)
        return 2;
    return unit_end();
}
