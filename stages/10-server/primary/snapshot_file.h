/* A snapshot for followers that is written to disk first (full_sync.h). The
 * file has no name, so that nothing is left of it whatever happens. It exists
 * as long as somebody reads it. */
#ifndef SNAPSHOT_FILE_H
#define SNAPSHOT_FILE_H

#include <stdbool.h>

struct follower;

/* Begins a snapshot for all that will be FOLLOWER_SAVING. Returns 0, or an
 * errno. */
int snapshot_file_begin(bool no_data);

/* To be called when a follower leaves. */
void snapshot_file_left(struct follower *follower);

/* Gives up the file that is being written. */
void snapshot_file_abort(void);

#endif
