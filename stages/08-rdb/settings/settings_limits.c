/* Settings of how large a small collection may be (limits.h), by their names
 * and those that they had before Redis 7. */
#include "limits.h"
#include "settings.h"

#define COUNT(variable) SETTING_INT64(variable, 0, INT64_MAX)

/* clang-format off */
const struct setting limit_settings[] = {
    {"hash-max-listpack-entries",
     COUNT(limits.hash_max_listpack_entries)},
    {"hash-max-ziplist-entries",
     COUNT(limits.hash_max_listpack_entries)},
    {"hash-max-listpack-value",
     COUNT(limits.hash_max_listpack_value)},
    {"hash-max-ziplist-value",
     COUNT(limits.hash_max_listpack_value)},
    {"set-max-intset-entries",
     COUNT(limits.set_max_intset_entries)},
    {"set-max-listpack-entries",
     COUNT(limits.set_max_listpack_entries)},
    {"set-max-listpack-value",
     COUNT(limits.set_max_listpack_value)},
    {"zset-max-listpack-entries",
     COUNT(limits.zset_max_listpack_entries)},
    {"zset-max-ziplist-entries",
     COUNT(limits.zset_max_listpack_entries)},
    {"zset-max-listpack-value",
     COUNT(limits.zset_max_listpack_value)},
    {"zset-max-ziplist-value",
     COUNT(limits.zset_max_listpack_value)},
    {"stream-node-max-bytes",
     COUNT(limits.stream_node_max_bytes)},
    {"stream-node-max-entries",
     COUNT(limits.stream_node_max_entries)},
    {"hll-sparse-max-bytes",
     COUNT(limits.hll_sparse_max_bytes)},
    {0},
};
/* clang-format on */
