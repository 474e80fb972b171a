#include "aof_folder.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aof_config.h"
#include "background.h"
#include "log.h"
#include "mapped_file.h"
#include "xalloc.h"

/* The names are short enough: this was checked when they were set or read. */
void aof_folder_path(char out[static FILE_PATH_MAX], const char *name) {
    int len =
        snprintf(out, FILE_PATH_MAX, "%s/%s", aof_config.appenddirname, name);
    assert(len < FILE_PATH_MAX);
    (void)len;
}

void aof_folder_increment_name(char out[static FILE_PATH_MAX],
                               int64_t sequence) {
    (void)snprintf(out, FILE_PATH_MAX, "%s.%" PRId64 ".incr.aof",
                   aof_config.appendfilename, sequence);
}

static void manifest_path(char out[static FILE_PATH_MAX]) {
    char name[FILE_PATH_MAX];
    (void)snprintf(name, sizeof name, "%s.manifest", aof_config.appendfilename);
    aof_folder_path(out, name);
}

int aof_folder_make(void) {
    static bool is_new; /* it was made, but its name may not be on disk */
    int error = mkdir(aof_config.appenddirname, 0755) == 0 ? 0 : errno;
    is_new |= error == 0;
    if (error == EEXIST)
        error = 0;
    /* Its name is in the folder above. */
    if (error == 0 && is_new)
        error = file_sync_folder(aof_config.appenddirname);
    is_new &= error != 0;
    if (error != 0)
        log_error("cannot make the folder %s: %s", aof_config.appenddirname,
                  strerror(error));
    return error;
}

int aof_folder_create(const char *name) {
    char path[FILE_PATH_MAX];
    aof_folder_path(path, name);
    /* No manifest names a file that is there already: a crash or a failure has
     * left it, so it may go. */
    int fd = file_create(path, O_WRONLY | O_APPEND, 0644);
    int error = fd < 0 ? errno : file_sync_folder(path);
    if (error == 0)
        return fd;
    log_error("cannot make %s: %s", path, strerror(error));
    if (fd >= 0)
        close(fd);
    return -1;
}

int64_t aof_folder_size(const char *name) {
    char path[FILE_PATH_MAX];
    struct stat about;
    aof_folder_path(path, name);
    return stat(path, &about) == 0 ? (int64_t)about.st_size : -1;
}

int64_t aof_folder_bytes(const struct aof_manifest *manifest) {
    int64_t bytes = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        int64_t size = aof_folder_size(manifest->files[i].name);
        if (manifest->files[i].kind != AOF_HISTORY && size > 0)
            bytes += size;
    }
    return bytes;
}

/* Reading. */

enum aof_found aof_folder_read(struct aof_manifest *manifest) {
    char path[FILE_PATH_MAX];
    struct mapped_file file;
    int line;
    manifest_path(path);
    int error = mapped_file_open(&file, path);
    if (error == ENOENT)
        return AOF_NOTHING;
    if (error != 0) {
        log_error("cannot read %s: %s", path, strerror(error));
        return AOF_BROKEN;
    }
    const char *wrong =
        aof_manifest_parse(manifest, file.bytes, file.len, &line);
    if (wrong != NULL)
        log_error("%s, line %d: %s", path, line, wrong);
    mapped_file_close(&file);
    return wrong == NULL ? AOF_FOUND : AOF_BROKEN;
}

static bool is_increment(const char *name) {
    size_t len = strlen(aof_config.appendfilename);
    if (strncmp(name, aof_config.appendfilename, len) != 0 || name[len] != '.')
        return false;
    name += len + 1;
    size_t digits = strspn(name, "0123456789");
    return digits > 0 && strcmp(name + digits, ".incr.aof") == 0;
}

bool aof_folder_lost_manifest(void) {
    bool lost = false;
    DIR *folder = opendir(aof_config.appenddirname);
    for (struct dirent *at; folder && !lost && (at = readdir(folder));) {
        /* A start that was cut short leaves a base and an empty increment
         * without a manifest. They hold nothing that was promised. */
        lost = is_increment(at->d_name) && aof_folder_size(at->d_name) > 0;
        if (lost)
            log_error("%s/%s.manifest is not there, but %s is: which files "
                      "belong together is not known",
                      aof_config.appenddirname, aof_config.appendfilename,
                      at->d_name);
    }
    if (folder != NULL)
        closedir(folder);
    return lost;
}

/* Writing. */

static int replace(const char *path, const struct aof_manifest *manifest) {
    struct buf text = {0};
    struct file_replace file;
    int error = file_replace_begin(&file, path);
    if (error != 0)
        return error;
    aof_manifest_write(manifest, &text);
    error = file_write_all(file.fd, buf_bytes(&text), buf_len(&text));
    buf_free(&text);
    return file_replace_commit(&file, error);
}

static int remove_it(const char *path) {
    if (unlink(path) != 0 && errno != ENOENT)
        return errno;
    /* Even if it was gone already: that may not be on disk yet. */
    return file_sync_folder(path);
}

int aof_folder_write(const struct aof_manifest *manifest) {
    char path[FILE_PATH_MAX];
    manifest_path(path);
    int error = manifest->count > 0 ? replace(path, manifest) : remove_it(path);
    if (error != 0)
        log_error("cannot write %s: %s", path, strerror(error));
    return error;
}

int aof_folder_replace(struct aof_manifest *manifest,
                       struct aof_manifest *newer) {
    int error = aof_folder_write(newer);
    aof_manifest_free(error == 0 ? manifest : newer);
    if (error == 0)
        *manifest = *newer;
    return error;
}

static void close_file(void *context) {
    int *fd = context;
    (void)close(*fd); /* nothing was written through it */
    free(fd);
}

/* Removes the name of a file. That takes no time while the file is open; the
 * thread that closes it frees its space. */
static void delete_file(const char *name) {
    char path[FILE_PATH_MAX];
    aof_folder_path(path, name);
    int *fd = xmalloc(sizeof *fd);
    *fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (unlink(path) != 0 && errno != ENOENT)
        log_warn("cannot delete %s: %s", path, strerror(errno));
    background_run(&background_cleaning, close_file, fd);
}

void aof_folder_clean(struct aof_manifest *manifest) {
    char path[FILE_PATH_MAX];
    manifest_path(path);
    if (aof_config.keep_history)
        return;
    struct aof_manifest left = aof_manifest_copy(manifest);
    aof_manifest_forget(&left);
    /* This manifest must be on disk, since an older one may need the files that
     * are history to this one. At a start nobody knows whether it is. */
    if (left.count == manifest->count || file_sync_folder(path) != 0) {
        aof_manifest_free(&left);
        return;
    }
    /* The files go before their lines, as in Redis: if the server dies between
     * the two, the lines remind the next one, and nobody misses a file that is
     * never loaded. Files without a line would stay for ever. */
    for (size_t i = 0; i < manifest->count; i++)
        if (manifest->files[i].kind == AOF_HISTORY)
            delete_file(manifest->files[i].name);
    /* After a failure either manifest is right, since they differ only in what
     * is not loaded. The next rewrite or start tries again. */
    (void)aof_folder_replace(manifest, &left);
}
