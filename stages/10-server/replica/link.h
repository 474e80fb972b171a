/* The link to the primary.
 *
 *     WAITS -> CONNECTING -> HANDSHAKE -+-> TRANSFER -> LOADING -+-> UP
 *       ^                               |                        |
 *       |                               +----- partial resync ---+
 *       +--- whenever it breaks, at once or within a second
 *
 * The replica asks to go on from the place in the history that its data have.
 * If the primary cannot do that, it sends all data, which replace those here
 * when the last byte has arrived. From then on each byte is part of the stream
 * (apply.h), and what has been applied is acknowledged every second. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

enum link_state {
    LINK_NONE,
    LINK_WAITS,
    LINK_CONNECTING,
    LINK_HANDSHAKE,
    LINK_TRANSFER,
    LINK_LOADING,
    LINK_UP
};

enum link_state link_state(void);

static inline bool link_is_up(void) {
    return link_state() == LINK_UP;
}

/* Begin to keep a link to the primary; end it. */
void link_begin(void);
void link_end(void);

/* Breaks the connection, and a new one is made. Returns false if there was
 * none. */
bool link_cut(void);

/* Returns true if the data here are a moment of the history (history.h), so
 * that the primary may be asked to go on from it. The second call says that
 * they are, because a snapshot that names its place was loaded, or the history
 * is our own. */
bool link_may_resume(void);
void link_resume(void);

/* Applies what has arrived, when a pause that held it may have ended. */
void link_go_on(void);

/* Tells the primary how much has been applied, if the link is up. */
void link_acknowledge(void);

/* Appends the lines of INFO after master_host and master_port. */
void link_info(struct buf *out);

#endif
