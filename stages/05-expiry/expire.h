/* Active expiry: frees entries that are due, even if nobody looks for them.
 *
 * Nothing runs while nothing is due. When something is, entries are freed for a
 * millisecond in each turn of the loop, so that clients do not wait, until none
 * is left. A turn takes longer only if clients add keys faster than that
 * (backlog.h). The databases take turns. */
#ifndef EXPIRE_H
#define EXPIRE_H

#include <stdbool.h>
#include <stdint.h>

enum { EXPIRE_SLICE_US = 1000 }; /* how long one turn may be busy here */

/* Notes that an entry will be due at that time, so that expiry does not sleep
 * longer. */
void expire_by(int64_t due_ms);

void expire_stop(void);

/* Switches it on or off; it is on at the start. Returns true if it was on. */
bool expire_set_active(bool on);

#endif
