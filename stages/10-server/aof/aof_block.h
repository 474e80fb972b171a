/* Blocks of an append-only file: what was written at once, after a line with
 * its length and its checksum.
 *
 *     #BLOCK 000000000000001b 7f0c2f1d0e5a9b34 52f1c08b9de0a777\r\n
 *     *3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n
 *
 * The three numbers have sixteen hexadecimal digits each: the bytes of the
 * block, their CRC-64, and the CRC-64 of the line up to there. So a block that
 * was not written to its end can be told for certain from one that is damaged,
 * and a bit that has flipped is found wherever it is. (In the first word of a
 * file it turns the line into a comment, and then its block is not checked.)
 * Servers that do not know blocks skip lines that begin with #. */
#ifndef AOF_BLOCK_H
#define AOF_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "aof_request.h"

enum { AOF_BLOCK_LINE = 59 }; /* bytes, with its end */

/* Writes the line that precedes these bytes. */
void aof_block_line(char out[static AOF_BLOCK_LINE], const char *bytes,
                    size_t len);

/* Examines a line that begins with #; from there on the file has len bytes. If
 * the line opens a block, that must be complete and right. in_blocks then
 * becomes true, and from then on only lines that tell the time (#TS:) may begin
 * with # otherwise. *line is its length, if it is complete. */
enum aof_parsed aof_block_check(const char *bytes, size_t len, bool *in_blocks,
                                size_t *line);

#endif
