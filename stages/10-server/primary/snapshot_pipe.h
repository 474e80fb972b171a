/* A snapshot that goes from the child through a pipe to all followers of a
 * group at once (full_sync.h). Each piece lies in memory once, and the next one
 * is read when all of them have taken it. */
#ifndef SNAPSHOT_PIPE_H
#define SNAPSHOT_PIPE_H

#include <stdbool.h>

struct follower;

/* Begins a snapshot, to which followers are then added. Returns 0, or an
 * errno. */
int snapshot_pipe_begin(bool no_data);
void snapshot_pipe_add(struct follower *follower);

/* To be called when a follower leaves. */
void snapshot_pipe_left(struct follower *follower);

/* Returns true until all followers have all of it. */
bool snapshot_pipe_busy(void);

/* Gives up the snapshot that is under way. */
void snapshot_pipe_abort(void);

#endif
