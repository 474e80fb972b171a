/* Freeing what is large, a little at a time.
 *
 * A value of ten million elements takes a second to free. So it is given to the
 * reaper, which frees a part of it at once and the rest beside the clients'
 * work, a slice of time in each turn of the loop. A whole database is freed in
 * the same way. */
#ifndef REAPER_H
#define REAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"

/* Frees a block of this heap, with all that belongs to it. free_some() frees
 * about "most" of its elements, and the block itself after the last; it returns
 * true when that is done. It may give other blocks to the reaper. Nobody else
 * may use the block any more. */
void reaper_free(struct heap *heap, void *block,
                 bool (*free_some)(struct heap *heap, void *block,
                                   size_t most));

/* Frees all that waits. */
void reaper_stop(void);

#endif
