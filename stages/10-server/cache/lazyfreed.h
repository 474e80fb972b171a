/* The number of values that were freed beside the loop, for INFO: the large
 * ones, and all of a database that is flushed. */
#ifndef LAZYFREED_H
#define LAZYFREED_H

#include <stddef.h>
#include <stdint.h>

uint64_t lazyfreed_objects(void);

/* A database with so many keys is flushed. */
void lazyfreed_flushed(size_t keys);

void lazyfreed_reset(void);

#endif
