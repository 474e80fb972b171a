#include "zset_item.h"

struct zset_item *zset_item_new(struct heap *heap, struct slice member,
                                double score) {
    struct zset_item *item = heap_alloc(heap, zset_item_size(member.len));
    item->score = score;
    uint8_t *at = item->bytes;
    if (member.len < ZSET_ITEM_LONG) {
        *at++ = (uint8_t)member.len;
    } else {
        /* An argument has at most 512 MiB. */
        uint32_t len = (uint32_t)member.len;
        *at = ZSET_ITEM_LONG;
        memcpy(at + 1, &len, sizeof len);
        at += 1 + sizeof len;
    }
    if (member.len > 0)
        memcpy(at, member.ptr, member.len);
    return item;
}

void zset_item_free(struct heap *heap, struct zset_item *item) {
    heap_free(heap, item, zset_item_size(zset_item_member(item).len));
}
