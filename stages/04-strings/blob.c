#include "blob.h"

#include <string.h>

struct blob *blob_new(struct heap *heap, size_t len) {
    struct blob *blob = heap_alloc(heap, sizeof *blob + len);
    blob->len = blob->room = (uint32_t)len;
    return blob;
}

/* What its block was asked for with. */
static size_t size_of(const struct blob *blob) {
    return sizeof *blob + blob->room;
}

const char *blob_encoding(const void *blob) {
    (void)blob;
    return "raw";
}

void blob_free(struct heap *heap, void *blob) {
    heap_free(heap, blob, size_of(blob));
}

void *blob_copy(struct heap *to, const void *from) {
    const struct blob *blob = from;
    struct blob *copy = blob_new(to, blob->len);
    memcpy(copy->bytes, blob->bytes, blob->len);
    return copy;
}

void *blob_move(struct heap *from, struct heap *to, void *blob) {
    return heap_move(from, to, blob, size_of(blob));
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
        blob = heap_resize(heap, blob, size_of(blob), sizeof *blob + room);
        blob->room = (uint32_t)room;
    }
    if (len > blob->len)
        memset(blob->bytes + blob->len, 0, len - blob->len);
    blob->len = (uint32_t)len;
    return blob;
}
