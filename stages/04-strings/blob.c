#include "blob.h"

#include <string.h>

struct blob *blob_new(struct heap *heap, size_t len) {
    struct blob *blob = heap_alloc(heap, sizeof *blob + len);
    blob->len = blob->room = (uint32_t)len;
    return blob;
}

size_t blob_size(const struct blob *blob) {
    return sizeof *blob + blob->room;
}

bool blob_takes(const struct blob *blob, size_t len) {
    return len <= blob->room && len >= blob->room / 2;
}

static size_t room_for(size_t len) {
    return len < (1 << 20) ? len * 2 : len + (1 << 20);
}

struct blob *blob_edit(struct heap *heap, struct blob *blob, size_t len) {
    if (len > blob->room) {
        size_t room = room_for(len);
        blob = heap_resize(heap, blob, blob_size(blob), sizeof *blob + room);
        blob->room = (uint32_t)room;
    }
    if (len > blob->len)
        memset(blob->bytes + blob->len, 0, len - blob->len);
    blob->len = (uint32_t)len;
    return blob;
}
