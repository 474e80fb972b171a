/* The types of values, a row each. stage.h names those that a stage knows, and
 * stage.c has their rows.
 *
 * A value that does not lie in its entry is a block of its own: a long string,
 * or the structure of a type that has one. What is done with such a block
 * without a look into it goes by these rows. Blocks lie in the heap of their
 * database, as all that belongs to them. */
#ifndef TYPE_H
#define TYPE_H

#include "heap.h"
#include "stage.h"

struct type_row {
    const char *name; /* as TYPE answers */
    /* As OBJECT ENCODING names it. */
    const char *(*encoding)(const void *block);
    void (*free)(struct heap *heap, void *block);
    void *(*copy)(struct heap *to, const void *block);
    /* Returns where the block is now; the old one is gone. */
    void *(*move)(struct heap *from, struct heap *to, void *block);
};

extern const struct type_row stage_types[]; /* by enum type */

#endif
