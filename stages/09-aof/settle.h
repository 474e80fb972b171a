/* Settling: what a server does for its files before it ends. */
#ifndef SETTLE_H
#define SETTLE_H

#include <stdbool.h>

/* Brings the append-only file to disk, and writes a snapshot if that is wanted.
 * Returns false if the server had better go on, since something could not be
 * written: the log says what. With force it is true in any case. */
bool settle_disk(bool snapshot, bool force);

#endif
