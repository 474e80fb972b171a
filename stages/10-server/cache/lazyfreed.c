#include "lazyfreed.h"

#include "reaper_heap.h"

static uint64_t flushed;
static uint64_t taken_before; /* by the reaper, when the count began */

uint64_t lazyfreed_objects(void) {
    return flushed + reaper_taken() - taken_before;
}

void lazyfreed_flushed(size_t keys) {
    flushed += keys;
}

void lazyfreed_reset(void) {
    flushed = 0;
    taken_before = reaper_taken();
}
