#include "rdb_use.h"

#include "key_use.h"

/* Nothing is written about a key's use, as no key is ever evicted. */
void rdb_use_write(struct rdb_writer *writer, const struct entry *entry) {
    (void)writer;
    (void)entry;
}

/* Takes the idle time only: how often a key is used is not counted here. */
void rdb_use_begin(struct entry *entry, const struct rdb_use *use) {
    if (use->idle > 0)
        key_use_begin(entry, (uint64_t)use->idle);
}
