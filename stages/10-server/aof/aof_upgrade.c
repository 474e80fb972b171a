#include "aof_upgrade.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aof_config.h"
#include "log.h"

/* Makes an append-only file of one piece the base. The manifest is written
 * first: if the server dies before it has moved the file, the next server finds
 * it at its old place, and moves it. */
static enum aof_found upgrade(struct aof_manifest *manifest) {
    char path[FILE_PATH_MAX];
    aof_folder_path(path, aof_config.appendfilename);
    *manifest = (struct aof_manifest){0};
    aof_manifest_add(manifest, AOF_BASE, 1, aof_config.appendfilename);
    int error = aof_folder_make();
    if (error == 0)
        error = aof_folder_write(manifest);
    if (error == 0 && rename(aof_config.appendfilename, path) != 0)
        error = errno;
    if (error == 0)
        error = file_sync_folder(path);
    if (error != 0) {
        aof_manifest_free(manifest);
        log_error("cannot read %s: %s", aof_config.appendfilename,
                  strerror(error));
        return AOF_BROKEN;
    }
    log_info("%s is now the base of the append-only file in %s",
             aof_config.appendfilename, aof_config.appenddirname);
    return AOF_FOUND;
}

/* Returns true if a file of one piece outside of the folder has to become the
 * base. The manifest may name it already. */
static bool is_old(const struct aof_manifest *manifest) {
    if (access(aof_config.appendfilename, F_OK) != 0)
        return false;
    if (manifest == NULL)
        return true;
    /* A manifest that names the file without it in the folder: the server died
     * between writing the one and moving the other. */
    return manifest->count == 1 &&
           strcmp(manifest->files[0].name, aof_config.appendfilename) == 0 &&
           aof_folder_size(aof_config.appendfilename) < 0;
}

enum aof_found aof_upgrade_read(struct aof_manifest *manifest) {
    enum aof_found found = aof_folder_read(manifest);
    if (found == AOF_NOTHING && is_old(NULL))
        return upgrade(manifest);
    if (found == AOF_FOUND && is_old(manifest)) {
        aof_manifest_free(manifest);
        return upgrade(manifest);
    }
    return found;
}
