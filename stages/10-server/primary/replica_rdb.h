/* The snapshot that a follower gets, as the child writes it. */
#ifndef REPLICA_RDB_H
#define REPLICA_RDB_H

#include <stdbool.h>

/* Called in the child: writes all data, or an RDB without any. Returns 0, or an
 * errno. */
int replica_rdb_write(int fd, bool no_data);

#endif
