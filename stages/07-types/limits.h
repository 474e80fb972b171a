/* The size up to which a collection may be one packed block. The names are
 * those of Redis's configuration and the values its defaults (7.2). Only
 * packed_max_bytes is ours: it holds whatever the others are, since lengths in
 * a block have 32 bits. */
#ifndef LIMITS_H
#define LIMITS_H

#include <stddef.h>

struct limits {
    size_t packed_max_bytes;
    size_t hash_max_listpack_entries, hash_max_listpack_value;
    size_t set_max_intset_entries;
    size_t set_max_listpack_entries, set_max_listpack_value;
    size_t zset_max_listpack_entries, zset_max_listpack_value;
    size_t stream_node_max_bytes, stream_node_max_entries;
    size_t hll_sparse_max_bytes;
};

extern struct limits limits;

#endif
