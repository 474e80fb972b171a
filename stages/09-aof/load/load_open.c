#include "aof_config.h"
#include "aof_files.h"
#include "config.h"
#include "load_disk.h"
#include "log.h"

/* If there is no append-only file, the snapshot is loaded. Starting with empty
 * databases would lose it, since the next snapshot replaces it. */
enum load_status load_disk_open(void) {
    enum load_status status = LOAD_NOTHING;
    if (aof_config.appendonly)
        status = load_disk_open_aof();
    if (status != LOAD_NOTHING)
        return status;
    status = load_disk_open_snapshot(config.dbfilename, false);
    if (aof_config.appendonly && status == LOAD_MORE)
        log_warn("there is no append-only file: loading %s instead",
                 config.dbfilename);
    return status;
}
