#include "rdb_use.h"

#include "key_use.h"

/* No key has to go for want of memory, so nothing depends on it. */
void rdb_use_write(struct rdb_writer *writer, const struct entry *entry) {
    (void)writer;
    (void)entry;
}

/* Uses are not counted here. */
void rdb_use_begin(struct entry *entry, const struct rdb_use *use) {
    if (use->idle > 0)
        key_use_begin(entry, (uint64_t)use->idle);
}
