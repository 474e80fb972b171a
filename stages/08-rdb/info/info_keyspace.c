/* INFO keyspace. */
#include <inttypes.h>

#include "info.h"
#include "keyspace.h"

void keyspace_info(struct buf *out) {
    for (int i = 0; i < KEYSPACE_DATABASES; i++) {
        const struct db *db = keyspace_db(i);
        if (keyspace_size(db) > 0)
            info_line(out, "db%d:keys=%zu,expires=%zu,avg_ttl=%" PRId64, i,
                      keyspace_size(db), db->expiring, db_average_ttl_ms(db));
    }
}
