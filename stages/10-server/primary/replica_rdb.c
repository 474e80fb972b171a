#include "replica_rdb.h"

#include "child.h"
#include "config.h"
#include "keyspace.h"
#include "rdb_save.h"

int replica_rdb_write(int fd, bool no_data) {
    if (no_data)
        keyspace_databases = 0; /* the child's own number */
    return rdb_save(fd, false, config.rdb_save_incremental_fsync,
                    child_progress);
}
