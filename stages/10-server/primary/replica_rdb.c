#include "replica_rdb.h"

#include "child.h"
#include "config.h"
#include "rdb_save.h"

int replica_rdb_write(int fd, bool no_data) {
    return no_data ? rdb_save_nothing(fd)
                   : rdb_save(fd, false, config.rdb_save_incremental_fsync,
                              child_progress);
}
