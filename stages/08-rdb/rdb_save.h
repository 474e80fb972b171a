/* Writes all databases as an RDB file. */
#ifndef RDB_SAVE_H
#define RDB_SAVE_H

#include <stdint.h>

#include "rdb_writer.h"

struct rdb_save_options {
    bool compress, checksum;
    bool aof_base; /* the file begins an append-only file: said in an AUX */
    /* Hears now and then how many keys are written; or NULL. */
    void (*progress)(void *context, uint64_t keys);
    void *context;
};

/* Writes to an open file, from its current place on; what was written is
 * flushed to the file, not synced. Returns 0, or an errno. */
int rdb_save(int fd, const struct rdb_save_options *options);

#endif
