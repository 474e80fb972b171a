/* Keeping the data on disk, by all the means that a stage has: each stage that
 * has others brings its own persistence.c. */
#ifndef PERSISTENCE_H
#define PERSISTENCE_H

#include <stdbool.h>

#include "buf.h"

/* All is loaded: what changes from here on is to be kept. */
void persistence_start(void);

/* Gives up what was begun, at the end of the program. */
void persistence_stop(void);

/* Before the server stops: gives up what was begun, and brings to disk what is
 * not there, by a snapshot if that is wanted. Returns whether the server may
 * stop: it may not when something would be lost, unless it is forced to. */
bool persistence_settle(bool snapshot, bool force);

/* The error that a write is answered since the disk has failed; NULL: writes
 * are welcome. */
const char *persistence_error(void);

/* What INFO tells of it. */
void persistence_info(struct buf *out);

#endif
