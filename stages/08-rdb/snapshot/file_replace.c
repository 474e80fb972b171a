#include "file_replace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "stalled.h"

/* Returns the length of a path without its last part. */
static size_t folder_len(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (size_t)(slash + 1 - path) : 0;
}

/* Copies a path without its last part, which may be the working folder. Returns
 * false if it is too long. */
static bool copy_folder(char out[static FILE_PATH_MAX], const char *path) {
    int len = (int)folder_len(path);
    return snprintf(out, FILE_PATH_MAX, "%.*s", len > 0 ? len : 1,
                    len > 0 ? path : ".") < FILE_PATH_MAX;
}

int file_replace_name(char out[static FILE_PATH_MAX], const char *path,
                      long pid) {
    size_t folder = folder_len(path);
    int len = snprintf(out, FILE_PATH_MAX, "%.*stemp-%ld.%s", (int)folder, path,
                       pid, path + folder);
    return len < FILE_PATH_MAX ? 0 : ENAMETOOLONG;
}

int file_create(const char *path, int flags, mode_t mode) {
    /* It is removed rather than emptied: to open a pipe would wait for its
     * other end, and a link may lead to somebody else's file. */
    (void)unlink(path); /* mostly nothing stands there */
    return open(path, flags | O_CREAT | O_EXCL | O_CLOEXEC, mode);
}

int file_replace_begin(struct file_replace *file, const char *path) {
    int error = file_replace_name(file->temporary, path, (long)getpid());
    if (error != 0)
        return error;
    /* The path fits, too, since it is shorter than the temporary name. */
    memcpy(file->path, path, strlen(path) + 1);
    file->fd = file_create(file->temporary, O_WRONLY, 0644);
    if (file->fd < 0)
        return errno;
    /* The lock tells file_replace_clean_all() that the file is in use. On file
     * systems without locks, the leftovers of a crash stay. */
    (void)flock(file->fd, LOCK_EX | LOCK_NB);
    return 0;
}

size_t file_write(int fd, const char *bytes, size_t len) {
    size_t done = 0;
    while (done < len) {
        ssize_t got = write(fd, bytes + done, len - done);
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            errno = got == 0 ? ENOSPC : errno;
            break;
        }
    }
    return done;
}

int file_write_all(int fd, const void *bytes, size_t len) {
    return file_write(fd, bytes, len) == len ? 0 : errno;
}

void file_sync_some(int fd, size_t *unsynced, size_t written) {
    enum { SYNC_BYTES = 4 << 20 };
    *unsynced += written;
    if (*unsynced < SYNC_BYTES)
        return;
    (void)fdatasync(fd);
    *unsynced = 0;
}

int file_sync_folder(const char *path) {
    char folder[FILE_PATH_MAX];
    if (!copy_folder(folder, path))
        return ENAMETOOLONG;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    /* Some file systems cannot sync folders, and say that the call makes no
     * sense. As in Redis, that is no reason to call a good file bad. */
    int error = fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
    close(fd);
    return error;
}

int file_replace_commit(struct file_replace *file, int error) {
    /* The bytes must be on disk before the name leads to them: after a power
     * failure the name could otherwise lead to an empty file. */
    if (error == 0 && fsync(file->fd) != 0)
        error = errno;
    if (close(file->fd) != 0 && error == 0)
        error = errno;
    /* The moment of the replacement. */
    if (error == 0 && rename(file->temporary, file->path) != 0)
        error = errno;
    if (error != 0) {
        unlink(file->temporary);
        return error;
    }
    return file_sync_folder(file->path);
}

void file_replace_clean(int folder, const char *path, long pid) {
    char name[FILE_PATH_MAX];
    int64_t began_us = clock_monotonic_us();
    if (file_replace_name(name, path, pid) != 0)
        return;
    (void)unlinkat(folder, name, 0);
    stage_stalled("rdb-unlink-temp-file", clock_monotonic_us() - began_us);
}

/* Returns true if a name is a temporary name of this file. */
static bool is_temporary(const char *name, const char *file) {
    const char *prefix = "temp-";
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return false;
    name += strlen(prefix);
    size_t digits = strspn(name, "0123456789"), len = strlen(file);
    if (digits == 0 || name[digits] != '.')
        return false;
    name += digits + 1;
    return strncmp(name, file, len) == 0 &&
           (name[len] == '\0' || name[len] == '.');
}

/* Removes a file unless somebody has locked it. */
static void remove_unlocked(int folder, const char *name) {
    /* If somebody has put a pipe there, do not wait for its other end. */
    int fd =
        openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && unlinkat(folder, name, 0) == 0)
        log_info("removed %s, which was never written to its end", name);
    close(fd);
}

void file_replace_clean_all(const char *path) {
    char name[FILE_PATH_MAX];
    DIR *folder = copy_folder(name, path) ? opendir(name) : NULL;
    if (folder == NULL)
        return;
    for (struct dirent *at; (at = readdir(folder)) != NULL;)
        if (is_temporary(at->d_name, path + folder_len(path)))
            remove_unlocked(dirfd(folder), at->d_name);
    closedir(folder);
}
