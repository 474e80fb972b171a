/* Counts the values that were freed beside the loop, for INFO: large values,
 * and all keys of a database that was flushed. */
#ifndef LAZYFREED_H
#define LAZYFREED_H

#include <stddef.h>
#include <stdint.h>

uint64_t lazyfreed_objects(void);

/* A database with this many keys has been flushed. */
void lazyfreed_flushed(size_t keys);

void lazyfreed_reset(void);

#endif
