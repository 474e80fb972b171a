#include "entry_head.h"

#include "entry_expiry.h"

int64_t entry_expiry(const struct entry *entry) {
    int64_t expiry = NO_EXPIRY;
    if (entry->kind & HEAD_EXPIRES)
        memcpy(&expiry, entry->rest, sizeof expiry);
    return expiry;
}

/* An entry with a head that says all of this, and room for a value. */
static struct entry *make(struct heap *heap, struct slice key, int64_t expiry,
                          size_t value_size) {
    bool expires = expiry != NO_EXPIRY;
    bool is_long = key.len > HEAD_SHORT_KEY_MAX;
    uint32_t len = (uint32_t)key.len;
    size_t size = sizeof(struct entry) + (expires ? sizeof expiry : 0) +
                  (is_long ? sizeof len : 0) + key.len;
    struct entry *entry = heap_alloc(heap, size + value_size);
    *entry = (struct entry){
        .kind = (uint8_t)((expires ? HEAD_EXPIRES : 0) |
                          (is_long ? HEAD_LONG_KEY : 0)),
        .key_len = is_long ? 0 : (uint8_t)len,
    };
    char *at = entry->rest;
    if (expires) {
        memcpy(at, &expiry, sizeof expiry);
        at += sizeof expiry;
    }
    if (is_long)
        memcpy(at, &len, sizeof len);
    if (len > 0)
        memcpy(head_key(entry).ptr, key.ptr, len);
    return entry;
}

struct entry *head_new(struct heap *heap, struct slice key,
                       const struct entry *like, size_t value_size) {
    int64_t expiry = like != NULL ? entry_expiry(like) : NO_EXPIRY;
    struct entry *entry = make(heap, key, expiry, value_size);
    if (like != NULL)
        memcpy(entry->used, like->used, sizeof entry->used);
    return entry;
}

struct entry *entry_set_expiry(struct heap *heap, struct entry *entry,
                               int64_t expiry) {
    if (expiry == entry_expiry(entry))
        return entry;
    if (expiry != NO_EXPIRY && entry->kind & HEAD_EXPIRES) {
        memcpy(entry->rest, &expiry, sizeof expiry);
        return entry;
    }
    size_t value_size = entry->value_len;
    struct entry *made = make(heap, head_key(entry), expiry, value_size);
    made->kind |= (uint8_t)(entry->kind & ~HEAD_FLAGS);
    made->value_len = entry->value_len;
    memcpy(made->used, entry->used, sizeof made->used);
    memcpy(head_end(made), head_end(entry), value_size);
    heap_free(heap, entry, head_size(entry) + value_size);
    return made;
}
