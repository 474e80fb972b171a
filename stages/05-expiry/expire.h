/* Active expiry: frees what is due though nobody looks for it.
 *
 * Nothing runs while nothing is due. When something is, entries are freed for
 * a millisecond in each turn of the loop, so that clients do not wait, until
 * all is done; for longer only where clients make what expires faster than that
 * (backlog.h). The databases take turns. */
#ifndef EXPIRE_H
#define EXPIRE_H

#include <stdbool.h>
#include <stdint.h>

/* Something will be due at that time. */
void expire_by(int64_t due_ms);

void expire_stop(void);

/* Switches it on or off; it is on at the start. */
void expire_set_active(bool on);

#endif
