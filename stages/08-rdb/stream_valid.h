/* What must be so of a listpack that comes from outside, beside being one
 * (listpack_valid()), so that it may become a block of a stream as it is
 * (stream_block.h). */
#ifndef STREAM_VALID_H
#define STREAM_VALID_H

#include <stdint.h>

#include "stream_id.h"

/* Checks the block that stands under this first ID: all of its elements, its
 * counts, and that its IDs go up from *last, which becomes that of its last
 * entry. Adds the entries that are not deleted to *length. Returns NULL when
 * all is well, else what is wrong. O(n). */
const char *stream_valid_block(const uint8_t *lp, struct stream_id first,
                               struct stream_id *last, uint64_t *length);

#endif
