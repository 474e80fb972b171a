/* The append-only file as a whole: begun when the server starts, switched on
 * and off, and written anew when it has grown too long.
 *
 * To write it anew, a new increment is begun, and a child writes a new base
 * with the data as it stands at that moment; when that is done, a manifest of
 * these two replaces the old one:
 *
 *     before      base 1  incr 1
 *     meanwhile   base 1  incr 1  incr 2     base 2 is being written
 *     after       base 2  incr 2
 */
#ifndef AOF_H
#define AOF_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* After loading: goes on with the last increment, or begins the first. Ends the
 * process if that cannot be done. */
void aof_start(void);

/* Gives up what was begun, writes and syncs what is left, for good. */
void aof_stop(void);

/* appendonly was set to another value. Returns NULL, or why that cannot be. */
const char *aof_switched(void);

/* Whether what commands change is to be appended. */
bool aof_wanted(void);

/* Before the replies of a turn are sent. */
void aof_turn(void);

/* Brings all that was appended to disk. Returns false if that cannot be, as
 * while the first base is being written: then the files are not all that there
 * is. */
bool aof_settle(void);

/* Begins to write it anew. Returns whether it has begun; there must be no
 * child yet. Or lets that begin as soon as there is none. */
bool aof_rewrite(void);
void aof_rewrite_schedule(void);
bool aof_rewriting(void);
/* Gives up what was begun. */
void aof_rewrite_abort(void);

/* Switched on, but not all is in it yet: the first base is being written. */
bool aof_is_incomplete(void);

/* The error that a write is answered since the file cannot be written; NULL:
 * it can. */
const char *aof_error(void);

void aof_info(struct buf *out);

#endif
