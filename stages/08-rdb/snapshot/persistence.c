#include "persistence.h"

#include "child.h"
#include "loading.h"
#include "snapshot.h"

void persistence_start(void) {
    snapshot_start();
}

void persistence_stop(void) {
    snapshot_abort();
}

bool persistence_settle(bool snapshot, bool force) {
    /* A child would write what this process is about to write. */
    snapshot_abort();
    /* What is not loaded yet must not be lost by saving the rest. */
    return loading() || !snapshot || snapshot_save() || force;
}

const char *persistence_error(void) {
    return snapshot_error();
}

void persistence_info(struct buf *out) {
    loading_info(out);
    child_info(out);
    snapshot_info(out);
}
