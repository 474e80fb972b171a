#include "settle.h"

#include "aof.h"
#include "aof_log.h"
#include "loading.h"
#include "snapshot.h"

bool settle_disk(bool snapshot, bool force) {
    /* A child would write what this process is about to write. */
    snapshot_abort();
    aof_rewrite_abort();
    /* A save in the middle of loading would lose what is not loaded yet. */
    if (loading())
        return true;
    bool good = aof_log_settle() == 0;
    if (snapshot && !snapshot_save())
        good = false;
    return good || force;
}
