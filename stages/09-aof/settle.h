/* What a server does for its files before it ends. */
#ifndef SETTLE_H
#define SETTLE_H

#include <stdbool.h>

/* Syncs the append-only file, and writes a snapshot if that is wanted. Returns
 * false, after a line in the log, if something could not be written, so that
 * the server should go on. With force it always returns true. */
bool settle_disk(bool snapshot, bool force);

#endif
