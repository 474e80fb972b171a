/* Writing the protocol: the two forms that replies and requests consist of. */
#ifndef RESP_WRITE_H
#define RESP_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* A line with a type and a number: ":42\r\n", or "*3\r\n". */
void resp_write_number(struct buf *out, char type, int64_t value);

/* A bulk string: "$5\r\ngrape\r\n". */
void resp_write_bulk(struct buf *out, const void *bytes, size_t len);

#endif
