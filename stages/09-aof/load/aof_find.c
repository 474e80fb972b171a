#include "aof_files.h"
#include "aof_folder.h"

bool aof_find(struct aof_manifest *manifest) {
    enum aof_found found = aof_folder_read(manifest);
    return found == AOF_FOUND ||
           (found == AOF_NOTHING && !aof_folder_lost_manifest());
}
