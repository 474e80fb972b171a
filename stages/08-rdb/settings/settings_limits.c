/* Settings that limit the size of small collections (limits.h). Some have an
 * alias: the name that they had before Redis 7. */
#include "limits.h"
#include "list.h"
#include "settings.h"

#define COUNT(variable) SETTING_INT64(variable, 0, INT64_MAX)
#define BYTES(variable) \
    SETTING_MEMORY, 0, &(variable), .min = 0, .max = INT64_MAX

/* clang-format off */
const struct setting limit_settings[] = {
    {"hash-max-listpack-entries", COUNT(limits.hash_max_listpack_entries),
     .alias = "hash-max-ziplist-entries"},
    {"hash-max-listpack-value", BYTES(limits.hash_max_listpack_value),
     .alias = "hash-max-ziplist-value"},
    {"list-max-listpack-size",
     SETTING_INT64(list_max_listpack_size, INT32_MIN, INT32_MAX),
     .alias = "list-max-ziplist-size"},
    {"set-max-intset-entries", COUNT(limits.set_max_intset_entries)},
    {"set-max-listpack-entries", COUNT(limits.set_max_listpack_entries)},
    /* Unlike those of the other types it takes no unit, in Redis as here. */
    {"set-max-listpack-value", COUNT(limits.set_max_listpack_value)},
    {"zset-max-listpack-entries", COUNT(limits.zset_max_listpack_entries),
     .alias = "zset-max-ziplist-entries"},
    {"zset-max-listpack-value", BYTES(limits.zset_max_listpack_value),
     .alias = "zset-max-ziplist-value"},
    {"stream-node-max-bytes", BYTES(limits.stream_node_max_bytes)},
    {"stream-node-max-entries", COUNT(limits.stream_node_max_entries)},
    {"hll-sparse-max-bytes", BYTES(limits.hll_sparse_max_bytes)},
    {0},
};
/* clang-format on */
