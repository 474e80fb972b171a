#include "file_replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where the last part of a path begins. */
static size_t folder_len(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (size_t)(slash + 1 - path) : 0;
}

static int temporary_name(char out[static FILE_PATH_MAX], const char *path,
                          long pid) {
    size_t folder = folder_len(path);
    int len = snprintf(out, FILE_PATH_MAX, "%.*stemp-%ld.%s", (int)folder, path,
                       pid, path + folder);
    return len < FILE_PATH_MAX ? 0 : ENAMETOOLONG;
}

int file_replace_begin(struct file_replace *file, const char *path) {
    int error = temporary_name(file->temporary, path, (long)getpid());
    if (error != 0)
        return error;
    /* The temporary name, which fits, is the longer one. */
    memcpy(file->path, path, strlen(path) + 1);
    file->fd =
        open(file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return file->fd >= 0 ? 0 : errno;
}

int file_sync_folder(const char *path) {
    char folder[FILE_PATH_MAX];
    int len = (int)folder_len(path);
    if (snprintf(folder, sizeof folder, "%.*s", len, path) >= FILE_PATH_MAX)
        return ENAMETOOLONG;
    int fd = open(len > 0 ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return error;
}

int file_replace_commit(struct file_replace *file, int error) {
    if (error == 0 && fsync(file->fd) != 0)
        error = errno;
    if (close(file->fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && rename(file->temporary, file->path) != 0)
        error = errno;
    if (error != 0) {
        unlink(file->temporary);
        return error;
    }
    return file_sync_folder(file->path);
}

void file_replace_clean(const char *path, long pid) {
    char name[FILE_PATH_MAX];
    if (temporary_name(name, path, pid) == 0)
        unlink(name);
}
