#include "shutdown.h"

#include "log.h"
#include "save_points.h"

static bool decided;

bool shutdown_decided(void) {
    return decided;
}

bool shutdown_now(enum shutdown_save save, bool force) {
    bool snapshot = save == SHUTDOWN_SAVE ||
                    (save == SHUTDOWN_DEFAULT && save_points_any());
    decided = stage_settle(snapshot, force);
    if (!decided)
        log_error("not stopping: what is unsaved would be lost");
    return decided;
}
