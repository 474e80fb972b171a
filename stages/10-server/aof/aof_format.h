/* What the files of the append-only file look like, and how they are
 * written. */
#ifndef AOF_FORMAT_H
#define AOF_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

struct aof_format {
    bool use_rdb_preamble; /* the base is an RDB, not commands */
    bool timestamps;       /* tell the time between commands (aof_time.h) */
    bool checksums;        /* of what is written at once (aof_block.h) */
    int64_t sleep_us;      /* before each write, for tests of slow disks */
};

extern struct aof_format aof_format;

#endif
