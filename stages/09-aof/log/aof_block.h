/* Blocks of an append-only file: what was written at once, with a line in front
 * that tells its length and its checksum.
 *
 *     #BLOCK 000000000000001b 7f0c2f1d0e5a9b34 52f1c08b9de0a777\r\n
 *     *3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n
 *
 * The three numbers have sixteen hexadecimal digits each: the bytes of the
 * block, their CRC-64, and the CRC-64 of the line up to there. So a block that
 * was not written to its end is told from one that is damaged for certain, and
 * a bit that has flipped is found wherever it is. (In the first word of a file
 * it makes a comment of the line, so that only its block is not checked.)
 * Servers that do not know of it pass over lines that begin with #. */
#ifndef AOF_BLOCK_H
#define AOF_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "aof_request.h"

enum { AOF_BLOCK_LINE = 59 }; /* bytes, with its end */

/* Writes the line that stands in front of these bytes. */
void aof_block_line(char out[static AOF_BLOCK_LINE], const char *bytes,
                    size_t len);

/* Looks at a line that begins with #, and of which the file has no more than
 * len bytes from there on. If it opens a block, that has to be whole and right;
 * in_blocks then becomes true, and from then on no other line begins with #
 * than those that tell the time (#TS:). *line is its length, if it is whole. */
enum aof_parsed aof_block_check(const char *bytes, size_t len, bool *in_blocks,
                                size_t *line);

#endif
