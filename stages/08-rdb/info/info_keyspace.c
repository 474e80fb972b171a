/* INFO keyspace. */
#include <inttypes.h>

#include "info.h"
#include "key_time.h"
#include "keyspace.h"

/* The sum of all expiry times may have wrapped around. The difference is right
 * all the same, since all remaining times together are far from 2^64. */
static int64_t average_ttl_ms(const struct db *db) {
    if (db->expiring == 0)
        return 0;
    uint64_t passed = (uint64_t)db->expiring * (uint64_t)key_time_ms();
    int64_t left = (int64_t)(db->expiry_sum - passed);
    return left > 0 ? left / (int64_t)db->expiring : 0;
}

void keyspace_info(struct buf *out) {
    for (int i = 0; i < keyspace_databases; i++) {
        const struct db *db = keyspace_db(i);
        if (keyspace_size(db) > 0)
            info_line(out, "db%d:keys=%zu,expires=%zu,avg_ttl=%" PRId64, i,
                      keyspace_size(db), db->expiring, average_ttl_ms(db));
    }
}
