/* The append-only file as a whole: it is begun when the server starts, switched
 * on and off, and rewritten when it has grown too long.
 *
 * For a rewrite, a new increment is begun, and a child writes a new base with
 * the data as they are at that moment. When that is done, a manifest of these
 * two replaces the old one:
 *
 *     before      base 1  incr 1
 *     meanwhile   base 1  incr 1  incr 2     base 2 is being written
 *     after       base 2  incr 2 */
#ifndef AOF_H
#define AOF_H

#include <stdbool.h>

/* To be called after loading. Goes on with the last increment, or begins the
 * first one. Ends the process if that fails. */
void aof_start(void);

/* Gives up a rewrite that has begun, writes and syncs what is left, and closes
 * the log. */
void aof_stop(void);

/* Switches the log on or off, after appendonly was set. Returns NULL, or why
 * that is not possible. */
const char *aof_switched(void);

/* Returns true if effects must be appended. */
bool aof_wanted(void);

/* To be called before the replies of a turn are sent. Writes what was appended,
 * and begins a rewrite if one is due. */
void aof_turn(void);

/* Syncs everything that was appended. Returns false if the files do not hold
 * all data even then. */
bool aof_settle(void);

/* Begins a rewrite; there must be no child. Returns false, after a line in the
 * log, on failure. */
bool aof_rewrite(void);
/* Gives up a rewrite that has begun or is scheduled. */
void aof_rewrite_abort(void);

/* Returns the error reply for commands that write while the log cannot be
 * written; NULL while it can. */
const char *aof_error(void);

#endif
