/* Replaces a file as a whole. Whoever opens it, at any moment and after any
 * failure, finds either all of the old content or all of the new.
 *
 *     fd = file_replace_begin(&file, "dump.rdb");   temp-PID.dump.rdb
 *     ... write ...
 *     error = file_replace_commit(&file, error);
 *
 * The new content is on disk before the name refers to it, and the name is on
 * disk before commit returns: the file is synced, renamed, and its folder
 * synced. */
#ifndef FILE_REPLACE_H
#define FILE_REPLACE_H

#include <stddef.h>
#include <sys/types.h>

enum { FILE_PATH_MAX = 1024 };

struct file_replace {
    char path[FILE_PATH_MAX], temporary[FILE_PATH_MAX];
    int fd;
};

/* Writes the name under which the process with that id writes what is to
 * replace the path. Returns 0, or an errno. */
int file_replace_name(char out[static FILE_PATH_MAX], const char *path,
                      long pid);

/* Creates a file. What stands at the path, such as a file that a crash has
 * left, is removed. Returns a descriptor, or -1 with errno. */
int file_create(const char *path, int flags, mode_t mode);

/* Creates a file beside that path. Returns 0, or an errno. */
int file_replace_begin(struct file_replace *file, const char *path);

/* Closes the new file. Without an error so far, it replaces the file at the
 * path. Otherwise, or if that fails, it is removed, and the path is as it was.
 * Returns the first error, or 0. If only the last step failed, syncing the
 * folder, the new file is in place, but a power failure may bring back the old
 * one, so both are needed. */
int file_replace_commit(struct file_replace *file, int error);

/* Removes what the process with that id, which has ended, has left behind. The
 * path is relative to the folder of the descriptor, or, with AT_FDCWD, to the
 * working directory. */
void file_replace_clean(int folder, const char *path, long pid);

/* Removes what any process has left behind that was to replace this path, or a
 * path that continues it with a dot. A file that is being written, here or by
 * another server, is locked and stays. */
void file_replace_clean_all(const char *path);

/* Called after each write of a long file with the bytes written: syncs what has
 * come together, if that is 4 MB or more. So the disk has little left to do
 * when all of the file is synced, which others of its writers would wait for.
 * An error is found then. */
void file_sync_some(int fd, size_t *unsynced, size_t written);

/* Writes these bytes. Returns how many were written; if that is not all of
 * them, errno says why. */
size_t file_write(int fd, const char *bytes, size_t len);
/* The same. Returns 0, or an errno. */
int file_write_all(int fd, const void *bytes, size_t len);

/* Syncs the folder of a path, so that the names in it are on disk, if the file
 * system can do that. Returns 0, or an errno. */
int file_sync_folder(const char *path);

#endif
