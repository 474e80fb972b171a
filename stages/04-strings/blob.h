/* Long values: strings that lie in a block of their own, with room to grow. The
 * functions that take void pointers are those of a row in types.c. */
#ifndef BLOB_H
#define BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"

struct blob {
    uint32_t len, room;
    char bytes[];
};

/* A string of len bytes that are not written yet, without spare room. */
struct blob *blob_new(struct heap *heap, size_t len);

const char *blob_encoding(const void *blob);
void blob_free(struct heap *heap, void *blob);
/* The copy has no spare room. */
void *blob_copy(struct heap *to, const void *blob);
void *blob_move(struct heap *from, struct heap *to, void *blob);

/* Whether a new value of len bytes can have the block: it must fit, and not
 * waste more than half of it. */
bool blob_takes(const struct blob *blob, size_t len);

/* Gives it another length; new bytes are zero. A string that grows gets room
 * for twice its length, or for a mebibyte more, so that appending costs O(1) a
 * byte. Returns where it is now. */
struct blob *blob_edit(struct heap *heap, struct blob *blob, size_t len);

#endif
