#include "prefetch.h"

/* The first argument of nearly every command is a key. */
void prefetch_group(const struct db *db, const struct request *group,
                    size_t count, struct key *keys) {
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        if (group[i].argc > 1)
            keys[wanted++] = keyspace_key(group[i].argv[1]);
    }
    keyspace_prefetch_buckets(db, keys, wanted);
    keyspace_prefetch_entries(db, keys, wanted);
}
