/* Rewrites, on a disk that fails, and of a log that is switched meanwhile. */
#include "aof.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_folder.h"
#include "aof_log.h"
#include "keyspace.h"
#include "loop.h"
#include "settings.h"
#include "unit.h"

static bool folders_fail, syncs_fail;

/* In place of the library's. */
int fsync(int fd) {
    struct stat about;
    errno = EIO;
    if (folders_fail && fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        return -1;
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    errno = EIO;
    return syncs_fail ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static void wait_for_child(void) {
    while (aof_rewriting())
        loop_turn();
}

/* Whether the files that the manifest on disk names are there, and how many
 * they are. */
static size_t files_on_disk(void) {
    struct aof_manifest manifest = {0};
    size_t found = 0;
    CHECK(aof_folder_read(&manifest) != AOF_BROKEN);
    for (size_t i = 0; i < manifest.count; i++)
        found += CHECK(aof_folder_size(manifest.files[i].name) >= 0);
    aof_manifest_free(&manifest);
    return found;
}

static void switch_to(bool on) {
    aof_config.appendonly = on;
    CHECK(aof_switched() == NULL);
}

/* The new manifest is in place, and its folder cannot be synced. */
static void test_folder_fails(void) {
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

/* What could not be synced leaves the manifest as it was: the increment may
 * still be cut off, so it is the last. */
static void test_log_fails(void) {
    aof_config.appendfsync = APPENDFSYNC_NO;
    CHECK_INT(files_on_disk(), 2);
    syncs_fail = true;
    CHECK(!aof_rewrite());
    syncs_fail = false;
    CHECK_INT(files_on_disk(), 2);
    aof_turn();
    CHECK(aof_error() == NULL);
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
    struct slice words[] = {{(char *)"DEL", 3}, {(char *)"k", 1}};
    empty();
    switch_to(true);
    aof_append(0, words, 2);
    switch_to(false);
    CHECK(!aof_folder_lost_manifest());
    CHECK_INT(files_on_disk(), 0);
}

int main(void) {
    char folder[] = "/tmp/aof-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return 2;
    settings_default();
    keyspace_start();
    unit_test("a folder that cannot be synced loses no file",
              test_folder_fails);
    unit_test("a log that cannot be synced begins no increment",
              test_log_fails);
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
