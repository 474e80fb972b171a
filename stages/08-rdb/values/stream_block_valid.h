/* Checks a block of a stream that comes from outside.
 *
 * Whatever stream_block.c relies on is checked here, once, in one walk from
 * beginning to end that trusts nothing that it has not seen. */
#ifndef STREAM_BLOCK_VALID_H
#define STREAM_BLOCK_VALID_H

#include "stream_block.h"

/* Returns true if these bytes, whatever they are, are a block that begins with
 * this ID: a listpack of at least one entry, even if all are deleted, with as
 * many of both kinds as the master says, and with IDs that grow. O(len). */
bool stream_block_valid(const uint8_t *bytes, size_t len,
                        struct stream_id first);

#endif
