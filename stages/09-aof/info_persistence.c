#include "aof.h"
#include "child.h"
#include "info.h"
#include "loading.h"
#include "snapshot.h"

void info_persistence(struct buf *out) {
    loading_info(out);
    child_info(out);
    snapshot_info(out);
    aof_info(out);
}
