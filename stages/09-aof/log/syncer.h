/* A thread that syncs a file to disk, which may take long, beside the loop. */
#ifndef SYNCER_H
#define SYNCER_H

#include <stdbool.h>

/* Begins to sync what was written to the file so far. There is one at a time:
 * not to be called while syncer_busy(). The thread starts with the first. */
void syncer_begin(int fd);
bool syncer_busy(void);

/* What the last one that ended said: 0, or an errno. */
int syncer_error(void);

/* Waits until nothing is being synced: before the file is closed. */
void syncer_wait(void);

/* Ends the thread. */
void syncer_stop(void);

#endif
