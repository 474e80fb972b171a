#include "shutdown.h"

#include "loading.h"
#include "log.h"
#include "save_points.h"
#include "snapshot.h"

static bool decided;

bool shutdown_decided(void) {
    return decided;
}

bool shutdown_ask(enum shutdown_save save, bool force) {
    /* A child would write what this process is about to write. */
    snapshot_abort();
    bool wanted = save == SHUTDOWN_SAVE ||
                  (save == SHUTDOWN_DEFAULT && save_points_any());
    /* What is not loaded yet must not be lost by saving the rest. */
    if (wanted && !loading() && !snapshot_save() && !force) {
        log_error("not stopping: what is unsaved would be lost");
        return false;
    }
    decided = true;
    return true;
}

void shutdown_by_signal(void) {
    (void)shutdown_ask(SHUTDOWN_DEFAULT, false);
}
