#include "persistence.h"

#include "aof.h"
#include "aof_log.h"
#include "background.h"
#include "child.h"
#include "effect.h"
#include "loading.h"
#include "log.h"
#include "snapshot.h"

void persistence_start(void) {
    effect_start();
    aof_start();
    snapshot_start();
}

void persistence_stop(void) {
    snapshot_abort();
    aof_stop();
    background_stop();
}

bool persistence_settle(bool snapshot, bool force) {
    if (aof_is_incomplete() && !force) {
        log_error("the first append-only file is being written");
        return false;
    }
    /* A child would write what this process is about to write. */
    snapshot_abort();
    aof_rewrite_abort();
    /* What is not loaded yet must not be lost by saving the rest. */
    if (loading())
        return true;
    bool good = aof_log_settle() == 0;
    if (snapshot && !snapshot_save())
        good = false;
    return good || force;
}

const char *persistence_error(void) {
    const char *error = snapshot_error();
    return error != NULL ? error : aof_error();
}

void persistence_info(struct buf *out) {
    loading_info(out);
    child_info(out);
    snapshot_info(out);
    aof_info(out);
}
