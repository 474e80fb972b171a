/* An append-only file that was switched on and has no base so far. */
#ifndef AOF_FIRST_H
#define AOF_FIRST_H

#include <stdbool.h>

/* Returns true while the first base is being written: the log is on, but does
 * not hold all data yet. */
bool aof_is_incomplete(void);

#endif
