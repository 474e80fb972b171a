/* Active expiry: frees what is due though nobody looks for it.
 *
 * Nothing runs while nothing is due. When something is, entries are freed for
 * a millisecond in each turn of the loop, so that clients do not wait, until
 * all is done; for longer only where clients make what expires faster than that
 * (backlog.h). The databases take turns. */
#ifndef EXPIRE_H
#define EXPIRE_H

#include <stdbool.h>

void expire_stop(void);

/* Whether keys go at their time though nobody looks: they do, unless that is
 * switched off. */
void expire_set_active(bool on);

#endif
