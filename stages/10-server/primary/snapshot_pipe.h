/* A snapshot that goes from the child through a pipe to all followers of a
 * group at once: full_sync.h. What the pipe gave lies once in memory, and more
 * is read when each of them has taken it. */
#ifndef SNAPSHOT_PIPE_H
#define SNAPSHOT_PIPE_H

#include <stdbool.h>

struct follower;

/* Begins one, to which followers are added at once. Returns 0, or an errno. */
int snapshot_pipe_begin(bool no_data);
void snapshot_pipe_add(struct follower *follower);

/* The follower leaves. */
void snapshot_pipe_left(struct follower *follower);

/* Returns true until all have all of it. */
bool snapshot_pipe_busy(void);

/* Gives up what is under way. */
void snapshot_pipe_abort(void);

#endif
