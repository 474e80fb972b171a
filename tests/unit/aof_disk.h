/* A disk that can be told to fail, and what the append-only file has on it. */
#ifndef AOF_DISK_H
#define AOF_DISK_H

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aof.h"
#include "aof_config.h"
#include "aof_files.h"
#include "aof_folder.h"
#include "aof_log.h"
#include "aof_state.h"
#include "keyspace.h"
#include "loop.h"
#include "own_folder.h"
#include "settings.h"
#include "unit.h"

static bool folders_fail, syncs_fail;
static int good_folders; /* so many more are synced before they fail */

/* In place of the library's. */
int fsync(int fd) {
    struct stat about;
    errno = EIO;
    if (folders_fail && fstat(fd, &about) == 0 && S_ISDIR(about.st_mode) &&
        good_folders-- <= 0)
        return -1;
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    errno = EIO;
    return syncs_fail ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static void wait_for_child(void) {
    while (aof.rewriting)
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

static int64_t last_on_disk(enum aof_kind kind) {
    struct aof_manifest manifest = {0};
    CHECK(aof_folder_read(&manifest) == AOF_FOUND);
    int64_t last = aof_manifest_last(&manifest, kind);
    aof_manifest_free(&manifest);
    return last;
}

static void append_something(void) {
    static char del[] = "*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n";
    aof_log_append((struct slice){del, sizeof del - 1});
}

static void switch_to(bool on) {
    aof_config.appendonly = on;
    CHECK(aof_switched() == NULL);
}

/* A folder that was made but not synced is synced by the next attempt. */
static void test_folder_is_new(void) {
    folders_fail = true;
    good_folders = 0;
    CHECK_INT(aof_folder_make(), EIO);
    CHECK_INT(aof_folder_make(), EIO);
    folders_fail = false;
    CHECK_INT(aof_folder_make(), 0);
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

/* A start with a manifest that names nothing but files to delete: what else the
 * server has loaded goes into a base. */
static void test_only_history(void) {
    struct aof_manifest manifest = {0};
    switch_to(false);
    aof_manifest_add(&manifest, AOF_HISTORY, 7, "appendonly.aof.7.incr.aof");
    CHECK_INT(aof_folder_write(&manifest), 0);
    aof_manifest_free(&manifest);
    CHECK(load_disk_open_aof() == LOAD_NOTHING);
    aof_config.appendonly = true;
    aof_start();
    CHECK_INT(files_on_disk(), 2);
    CHECK_INT(last_on_disk(AOF_BASE), 8);
    CHECK_INT(last_on_disk(AOF_INCR), 8);
}

/* A file of history goes when it is certain that no older manifest comes back,
 * and before the manifest forgets it. */
static void test_history_goes(void) {
    static const char name[] = "appendonly.aof.1.old";
    struct aof_manifest manifest = {0};
    CHECK(aof_folder_read(&manifest) == AOF_FOUND);
    size_t count = manifest.count;
    close(aof_folder_create(name));
    aof_manifest_add(&manifest, AOF_HISTORY, 1, name);
    CHECK_INT(aof_folder_write(&manifest), 0);
    folders_fail = true;
    good_folders = 0;
    aof_folder_clean(&manifest);
    CHECK(aof_folder_size(name) == 0 && manifest.count == count + 1);
    good_folders = 1;
    aof_folder_clean(&manifest);
    CHECK(aof_folder_size(name) < 0 && manifest.count == count + 1);
    folders_fail = false;
    aof_folder_clean(&manifest);
    CHECK_INT(manifest.count, count);
    CHECK_INT(files_on_disk(), count);
    aof_manifest_free(&manifest);
}

/* Removes all files. */
static void empty(void) {
    DIR *files = opendir("appendonlydir");
    for (struct dirent *at; files != NULL && (at = readdir(files)) != NULL;)
        (void)unlinkat(dirfd(files), at->d_name, 0);
    if (files != NULL)
        closedir(files);
}

static void begin_in_folder(void) {
    own_folder_begin();
    settings_start();
    keyspace_start();
}

static void end_in_folder(void) {
    aof_stop();
    keyspace_stop();
    settings_free();
    empty();
    (void)rmdir("appendonlydir");
    own_folder_end();
}

#endif
