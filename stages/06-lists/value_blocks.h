/* The packed blocks that a value consists of, for those who look. Each stage
 * that brings in types with such blocks tells its own. */
#ifndef VALUE_BLOCKS_H
#define VALUE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "entry.h"

/* How many there are; 0 for a value that is kept in another way. */
size_t value_blocks(const struct entry *entry);

/* One of them, a listpack. */
const uint8_t *value_block(const struct entry *entry, size_t number);

#endif
