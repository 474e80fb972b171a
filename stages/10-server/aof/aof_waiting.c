#include "aof_waiting.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aof_base.h"
#include "aof_config.h"
#include "aof_folder.h"
#include "log.h"

static void waiting_name(char out[static FILE_PATH_MAX]) {
    (void)snprintf(out, FILE_PATH_MAX, "temp-%s.incr",
                   aof_config.appendfilename);
}

static void waiting_path(char out[static FILE_PATH_MAX]) {
    char name[FILE_PATH_MAX];
    waiting_name(name);
    aof_folder_path(out, name);
}

/* The name of the increment that would come next. */
static int64_t next_name(const struct aof_manifest *manifest,
                         char out[static FILE_PATH_MAX]) {
    int64_t sequence = aof_manifest_last(manifest, AOF_INCR) + 1;
    aof_folder_increment_name(out, sequence);
    return sequence;
}

/* A crash may have left an increment that no manifest came to name. If it
 * stayed, its name would seem to have been given to this file already. That it
 * is gone is on disk with the new file's name. */
int aof_waiting_create(const struct aof_manifest *manifest) {
    char name[FILE_PATH_MAX], path[FILE_PATH_MAX];
    (void)next_name(manifest, name);
    aof_folder_path(path, name);
    unlink(path);
    aof_waiting_remove_bases(manifest);
    waiting_name(name);
    return aof_folder_create(name);
}

int aof_waiting_rename(const struct aof_manifest *manifest) {
    char path[FILE_PATH_MAX], as[FILE_PATH_MAX];
    const struct aof_file *last = aof_manifest_increment(manifest);
    waiting_path(path);
    if (last == NULL || aof_folder_size(last->name) >= 0 ||
        access(path, F_OK) != 0)
        return 0;
    aof_folder_path(as, last->name);
    int error = rename(path, as) == 0 ? file_sync_folder(as) : errno;
    if (error != 0)
        log_error("cannot rename %s to %s: %s", path, as, strerror(error));
    return error;
}

int aof_waiting_use(struct aof_manifest *manifest, const char *base_name) {
    char name[FILE_PATH_MAX];
    int64_t sequence = next_name(manifest, name);
    struct aof_manifest newer =
        aof_manifest_rebased(manifest, base_name, false);
    aof_manifest_add(&newer, AOF_INCR, sequence, name);
    int error = aof_folder_replace(manifest, &newer);
    /* If the renaming fails now, it is made up for later, since the manifest
     * names the increment. */
    if (error == 0)
        (void)aof_waiting_rename(manifest);
    return error;
}

/* Gives the two names that the next base may have. */
static void next_bases(const struct aof_manifest *manifest,
                       char names[static 2][FILE_PATH_MAX]) {
    int64_t sequence = aof_manifest_last(manifest, AOF_BASE) + 1;
    aof_base_name_of(names[0], sequence, true);
    aof_base_name_of(names[1], sequence, false);
}

bool aof_waiting_finish(struct aof_manifest *manifest) {
    char path[FILE_PATH_MAX], bases[2][FILE_PATH_MAX];
    waiting_path(path);
    if (access(path, F_OK) != 0)
        return true;
    next_bases(manifest, bases);
    /* The setting of the server that wrote it is not known, so both kinds of
     * base are looked for. */
    for (size_t i = 0; i < 2; i++) {
        if (aof_folder_size(bases[i]) < 0)
            continue;
        log_info("%s/%s was finished, but not in the manifest: it is now",
                 aof_config.appenddirname, bases[i]);
        return aof_waiting_use(manifest, bases[i]) == 0;
    }
    log_warn("the server ended while the append-only file was switched on: %s "
             "has no base, and what is on disk from before is loaded",
             path);
    return true;
}

int aof_waiting_remove(void) {
    char path[FILE_PATH_MAX];
    waiting_path(path);
    int error = unlink(path) == 0 ? file_sync_folder(path) : errno;
    if (error == ENOENT)
        return 0;
    if (error != 0)
        log_error("cannot remove %s: %s", path, strerror(error));
    return error;
}

void aof_waiting_remove_bases(const struct aof_manifest *manifest) {
    char path[FILE_PATH_MAX], bases[2][FILE_PATH_MAX];
    next_bases(manifest, bases);
    for (size_t i = 0; i < 2; i++) {
        aof_folder_path(path, bases[i]);
        unlink(path);
    }
}
