#include "entry_memory.h"

#include "blob.h"
#include "entry_layout.h"
#include "hash.h"
#include "list.h"
#include "set.h"
#include "stream.h"
#include "zset.h"

static size_t block_memory(enum type type, const void *block) {
    const struct blob *blob = block;
    switch (type) {
    case TYPE_LIST: return list_memory(block);
    case TYPE_SET: return set_memory(block);
    case TYPE_ZSET: return zset_memory(block);
    case TYPE_HASH: return hash_memory(block);
    case TYPE_STREAM: return stream_memory(block);
    default: return heap_round(sizeof *blob + blob->room);
    }
}

size_t entry_memory(const struct entry *entry) {
    size_t bytes = heap_round(entry_size(entry));
    if (layout_of(entry) == BLOCK)
        /* Other values lie within the entry. */
        bytes += block_memory(entry_type(entry), block_of(entry));
    return bytes;
}
