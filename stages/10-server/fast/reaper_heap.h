/* What only this form of the reaper has, which keeps apart what waits in each
 * heap: a heap can be dropped as a whole. */
#ifndef REAPER_HEAP_H
#define REAPER_HEAP_H

#include "reaper.h"

/* Called when the heap's memory is freed as a whole: what waits in it need not
 * be freed any more. */
void reaper_forget(const struct heap *heap);

/* Returns true if anything waits to be freed. */
bool reaper_waits(void);

/* The number of blocks that were too large to be freed at once. */
uint64_t reaper_taken(void);

#endif
