#include "aof_files.h"
#include "aof_folder.h"
#include "aof_upgrade.h"
#include "aof_waiting.h"

bool aof_find(struct aof_manifest *manifest) {
    enum aof_found found = aof_upgrade_read(manifest);
    if (found == AOF_BROKEN ||
        (found == AOF_NOTHING && aof_folder_lost_manifest()))
        return false;
    return aof_waiting_rename(manifest) == 0 && aof_waiting_finish(manifest);
}
