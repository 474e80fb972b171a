/* A disk that can be told to fail, and what the append-only file has on it. */
#ifndef AOF_DISK_H
#define AOF_DISK_H

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aof.h"
#include "aof_folder.h"
#include "loop.h"
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

static int64_t last_on_disk(enum aof_kind kind) {
    struct aof_manifest manifest = {0};
    CHECK(aof_folder_read(&manifest) == AOF_FOUND);
    int64_t last = aof_manifest_last(&manifest, kind);
    aof_manifest_free(&manifest);
    return last;
}

#endif
