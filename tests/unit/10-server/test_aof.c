/* Rewrites beside the loop, on a disk that fails, and of a log that is switched
 * meanwhile. */
#include "aof.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_disk.h"
#include "aof_first.h"
#include "aof_folder.h"
#include "aof_log.h"
#include "keyspace.h"
#include "loop.h"
#include "settings.h"
#include "unit.h"

/* Waits until the child has ended well, of which nobody has heard. */
static void wait_for_base(void) {
    siginfo_t about;
    CHECK(waitid(P_ALL, 0, &about, WEXITED | WNOWAIT) == 0);
    CHECK_INT(about.si_status, 0);
}

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
    CHECK(aof_rewriting() && aof_is_incomplete() && aof_log_is_open());
    wait_for_child();
    CHECK(!aof_is_incomplete());
    CHECK_INT(files_on_disk(), 2);
    switch_to(false);
}

/* Removes all files. */
static void empty(void) {
    DIR *files = opendir("appendonlydir");
    for (struct dirent *at; files != NULL && (at = readdir(files)) != NULL;)
        (void)unlinkat(dirfd(files), at->d_name, 0);
    if (files != NULL)
        closedir(files);
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
    char folder[] = "/tmp/aof-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return 2;
    settings_start();
    keyspace_start();
    unit_test("a folder that cannot be synced loses no file",
              test_folder_fails);
    unit_test("a log that cannot be synced begins no increment before a base",
              test_log_fails);
    unit_test("nothing is written while the manifest is in doubt",
              test_log_and_folder_fail);
    unit_test("switched on while it is rewritten", test_switched_on_meanwhile);
    unit_test("switched off before it has a base", test_given_up);
    aof_stop();
    keyspace_stop();
    settings_free();
    empty();
    if (rmdir("appendonlydir") != 0 || rmdir(folder) != 0)
        return 2;
    return unit_end();
}
