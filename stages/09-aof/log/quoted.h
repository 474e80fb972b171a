/* Text in quotes, as files of settings, manifests and MONITOR have it: with
 * \", \\, \n, \r, \t, \a, \b, and \xff for other bytes that cannot be shown. */
#ifndef QUOTED_H
#define QUOTED_H

#include "buf.h"
#include "slice.h"

void quoted_append(struct buf *out, struct slice bytes);

#endif
