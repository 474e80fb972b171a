/* A member of a large sorted set with its score, in one block:
 *
 *     score (8)  length (1 or 5)  bytes
 *
 * A length of up to 254 takes one byte; 255 means that 4 bytes follow. */
#ifndef ZSET_ITEM_H
#define ZSET_ITEM_H

#include <stdint.h>

#include "heap.h"
#include "slice.h"

struct zset_item {
    double score;
    uint8_t bytes[];
};

enum { ZSET_ITEM_LONG = 255 };

static inline struct slice zset_item_member(const struct zset_item *item) {
    if (item->bytes[0] < ZSET_ITEM_LONG)
        return (struct slice){(char *)item->bytes + 1, item->bytes[0]};
    uint32_t len;
    memcpy(&len, item->bytes + 1, sizeof len);
    return (struct slice){(char *)item->bytes + 5, len};
}

static inline size_t zset_item_size(size_t len) {
    return sizeof(struct zset_item) + (len < ZSET_ITEM_LONG ? 1 : 5) + len;
}

struct zset_item *zset_item_new(struct heap *heap, struct slice member,
                                double score);
void zset_item_free(struct heap *heap, struct zset_item *item);

#endif
