/* The stream: the bytes of the history as they come to be, kept in a backlog
 * from the moment at which somebody follows us.
 *
 * Whoever follows nobody makes the history by what its commands change; whoever
 * follows hands on what it hears, byte for byte, so that offsets mean the same
 * all the way down. */
#ifndef REPL_STREAM_H
#define REPL_STREAM_H

#include <stdbool.h>

#include "history.h"
#include "repl_backlog.h"
#include "slice.h"

/* Our own effects, when we follow nobody. */
void repl_stream_append(struct slice bytes);

/* Passes on what our own primary sent: whole units, once they are applied. */
void repl_stream_relay(struct slice bytes);

/* Returns true if the bytes are kept, for those who follow or come back. */
static inline bool repl_stream_active(void) {
    return repl_backlog_active();
}

/* Begins to keep them, from here on, unless they are kept. The first effect
 * has a SELECT in front. */
void repl_stream_begin(void);

/* Keeps them no more, since nobody follows any longer or the history is another
 * one now. All cursors have left. */
void repl_stream_end(void);

#endif
