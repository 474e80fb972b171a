#include "entry_head.h"

struct entry *head_new(struct heap *heap, struct slice key,
                       const struct entry *like, size_t value_size) {
    bool is_long = key.len > HEAD_SHORT_KEY_MAX;
    uint32_t len = (uint32_t)key.len;
    size_t size = sizeof(struct entry) + (is_long ? sizeof len : 0) + key.len;
    struct entry *entry = heap_alloc(heap, size + value_size);
    *entry = (struct entry){
        .kind = is_long ? HEAD_LONG_KEY : 0,
        .key_len = is_long ? 0 : (uint8_t)len,
    };
    if (like != NULL)
        memcpy(entry->used, like->used, sizeof entry->used);
    if (is_long)
        memcpy(entry->rest, &len, sizeof len);
    if (len > 0)
        memcpy(head_key(entry).ptr, key.ptr, len);
    return entry;
}
