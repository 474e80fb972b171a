/* The stream: the bytes of the history as they come into being. From the moment
 * at which a replica follows us they are kept in a backlog.
 *
 * A primary makes the history from the effects of its commands. A replica
 * passes on what it receives, byte for byte, so that offsets mean the same to
 * all who follow it. */
#ifndef REPL_STREAM_H
#define REPL_STREAM_H

#include <stdbool.h>

#include "history.h"
#include "repl_backlog.h"
#include "slice.h"

/* Appends an effect of our own, if we are not a replica. */
void repl_stream_append(struct slice bytes);

/* Appends what our primary sent: whole units, after they have been applied. */
void repl_stream_relay(struct slice bytes);

/* Returns true if the bytes are kept for replicas. */
static inline bool repl_stream_active(void) {
    return repl_backlog_active();
}

/* Begins to keep the bytes from here on, unless they are kept already. A SELECT
 * comes before the first effect. */
void repl_stream_begin(void);

/* Ends keeping them, because no replica is left or the history is another one
 * now. No cursor may stand in the backlog. */
void repl_stream_end(void);

#endif
