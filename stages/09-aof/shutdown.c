#include "shutdown.h"

#include "aof.h"
#include "aof_log.h"
#include "loading.h"
#include "log.h"
#include "save_points.h"
#include "snapshot.h"

static bool decided;

bool shutdown_decided(void) {
    return decided;
}

/* Saves what is asked for. Returns whether nothing would be lost now. */
static bool save(enum shutdown_save wanted) {
    /* What is not loaded yet must not be lost by saving the rest. */
    if (loading())
        return true;
    aof_turn();
    if (aof_stops_writes() != NULL)
        return false;
    if (wanted == SHUTDOWN_SAVE ||
        (wanted == SHUTDOWN_DEFAULT && save_points_any()))
        return snapshot_save();
    return true;
}

bool shutdown_ask(enum shutdown_save wanted, bool force) {
    if (aof_is_incomplete() && !force) {
        log_error("not stopping: the first append-only file is being written");
        return false;
    }
    /* A child would write what this process is about to write. */
    snapshot_abort();
    aof_rewrite_abort();
    if (!save(wanted) && !force) {
        log_error("not stopping: what is unsaved would be lost");
        return false;
    }
    decided = true;
    return true;
}

void shutdown_by_signal(void) {
    (void)shutdown_ask(SHUTDOWN_DEFAULT, false);
}
