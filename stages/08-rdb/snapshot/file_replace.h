/* Replaces a file by another one whole: whoever opens it, at any moment and
 * after any failure, finds all of the old or all of the new.
 *
 *     fd = file_replace_begin(&file, "dump.rdb");   temp-PID.dump.rdb
 *     ... write ...
 *     error = file_replace_commit(&file, error);
 *
 * The new content is on disk before the name leads to it, and the name before
 * commit returns: the file is synced, renamed, and its folder synced. */
#ifndef FILE_REPLACE_H
#define FILE_REPLACE_H

#include <stddef.h>

enum { FILE_PATH_MAX = 1024 };

struct file_replace {
    char path[FILE_PATH_MAX], temporary[FILE_PATH_MAX];
    int fd;
};

/* Opens a new file beside that path. Returns 0, or an errno. */
int file_replace_begin(struct file_replace *file, const char *path);

/* Closes it. Without an error so far it takes the path's place; else, or when
 * that fails, it is removed and the path is as it was. Returns the first error,
 * or 0. When it was the last step that failed, to sync the folder, the new one
 * is in place, but may lose it to the old one when the power fails: then both
 * are needed. */
int file_replace_commit(struct file_replace *file, int error);

/* Removes what a process with that number, which has ended, left behind. The
 * path is looked up from the folder that this descriptor is of; AT_FDCWD: from
 * the one that the process works in. */
void file_replace_clean(int folder, const char *path, long pid);

/* Removes what any process left behind that was to become this path, or one
 * whose name goes on behind it with a dot. A file that is being written, here
 * or by another server, is locked, and stays. */
void file_replace_clean_all(const char *path);

/* Writes all of these bytes. Returns 0, or an errno. */
int file_write_all(int fd, const void *bytes, size_t len);

/* Syncs the folder that a path is in: names in it are then on disk. Returns 0,
 * or an errno. */
int file_sync_folder(const char *path);

#endif
