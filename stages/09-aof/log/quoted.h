/* Text in quotes, as resp_parse() reads it in a line of words: with \", \\, \n,
 * \r, \t, \a, \b, and \xff for other bytes that cannot be shown. */
#ifndef QUOTED_H
#define QUOTED_H

#include "buf.h"
#include "slice.h"

void quoted_append(struct buf *out, struct slice bytes);

#endif
