#include "blob.h"

#include <string.h>

enum { MEBIBYTE = 1 << 20 };

/* Returns the size with which its block was asked for, which heap_free() wants
 * to know. */
static size_t size_of(const struct blob *blob) {
    return sizeof *blob + blob->room;
}

struct blob *blob_new(struct heap *heap, struct slice bytes, size_t len) {
    struct blob *blob = heap_alloc(heap, sizeof *blob + len);
    /* No string is longer than bulk_limit(), so 32 bits hold its length, and
     * its room. */
    blob->len = blob->room = (uint32_t)len;
    size_t kept = bytes.len < len ? bytes.len : len;
    if (kept > 0)
        memcpy(blob->bytes, bytes.ptr, kept);
    memset(blob->bytes + kept, 0, len - kept);
    return blob;
}

struct blob *blob_edit(struct heap *heap, struct blob *blob, size_t len) {
    if (len > blob->room) {
        size_t room = len + (len < MEBIBYTE ? len : MEBIBYTE);
        blob = heap_resize(heap, blob, size_of(blob), sizeof *blob + room);
        blob->room = (uint32_t)room;
    }
    /* Room may hold bytes from before: of a longer string, or of the heap. */
    if (len > blob->len)
        memset(blob->bytes + blob->len, 0, len - blob->len);
    blob->len = (uint32_t)len;
    return blob;
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
    struct slice bytes = {(char *)blob->bytes, blob->len};
    return blob_new(to, bytes, bytes.len);
}
