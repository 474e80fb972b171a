/* Long strings: each lies in a block of its own, with room to grow. The
 * functions that take void pointers stand in the row of stage_types. */
#ifndef BLOB_H
#define BLOB_H

#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "slice.h"

struct blob {
    uint32_t len, room;
    char bytes[];
};

/* Makes a string of len bytes: those given, cut off or followed by zeros. It
 * has no spare room. */
struct blob *blob_new(struct heap *heap, struct slice bytes, size_t len);

/* Changes its length; new bytes are zero. A string that grows gets room for
 * twice its length, or for a mebibyte more, so that appending a byte costs O(1)
 * on average. Returns where it is now. */
struct blob *blob_edit(struct heap *heap, struct blob *blob, size_t len);

const char *blob_encoding(const void *blob);
void blob_free(struct heap *heap, void *blob);
void *blob_copy(struct heap *to, const void *blob);

#endif
