/* Lines of an append-only file that tell the time, with aof-timestamp-enabled:
 *
 *     #TS:1700000000\r\n
 *
 * Seconds since 1970 stand before the first unit that is logged in them, and at
 * the beginning of a base that consists of commands. A reader skips them. They
 * are for redis-check-aof --truncate-to-timestamp, which cuts a file off where
 * a moment has passed. */
#ifndef AOF_TIME_H
#define AOF_TIME_H

#include <stdint.h>

#include "buf.h"

/* Appends such a line for the present, unless that is still the given second.
 * Returns the second that was told last. */
int64_t aof_time_line(struct buf *out, int64_t told);

#endif
