/* The packed blocks that a value consists of, for those who look at them. A
 * stage that adds types with such blocks has its own value_blocks.c. */
#ifndef VALUE_BLOCKS_H
#define VALUE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "entry.h"

/* Returns the number of blocks; 0 for a value that is kept in another way. */
size_t value_blocks(const struct entry *entry);

/* Returns one of them, a listpack. */
const uint8_t *value_block(const struct entry *entry, size_t number);

#endif
