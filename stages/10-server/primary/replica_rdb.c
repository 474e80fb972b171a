#include "replica_rdb.h"

#include "child.h"
#include "rdb_save.h"

int replica_rdb_write(int fd, bool no_data) {
    return no_data ? rdb_save_nothing(fd) : rdb_save(fd, false, child_progress);
}
