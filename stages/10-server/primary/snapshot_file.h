/* A snapshot for followers that is written to disk first: full_sync.h. The file
 * has no name, so that nothing is left of it whatever happens, and is kept as
 * long as somebody reads it. */
#ifndef SNAPSHOT_FILE_H
#define SNAPSHOT_FILE_H

#include <stdbool.h>

struct follower;

/* Begins one for all that will be FOLLOWER_SAVING. Returns 0, or an errno. */
int snapshot_file_begin(bool no_data);

/* The follower leaves. */
void snapshot_file_left(struct follower *follower);

/* Gives up what is being written. */
void snapshot_file_abort(void);

#endif
