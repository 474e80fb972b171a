/* Saving the empty data after FLUSHALL, beside the loop. */
#ifndef FLUSHED_BESIDE_H
#define FLUSHED_BESIDE_H

#include <stdbool.h>

/* To be called when all databases were emptied. Returns true if a child saves
 * them, for whose end the client waits; false if snapshot_emptied() has to. */
bool flushed_beside(void);

#endif
