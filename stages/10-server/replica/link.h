/* The link to the primary.
 *
 *     WAITS -> CONNECTING -> HANDSHAKE -+-> TRANSFER -> LOADING -+-> UP
 *       ^                               |                        |
 *       |                               +----- partial resync ---+
 *       +--- whenever it breaks, at once or within a second
 *
 * It asks to go on from the place in the history that the data here have. If
 * the primary cannot do that, all data come, and replace those here when the
 * last byte of them has arrived. From then on each byte is a part of the
 * stream (apply.h), and what is applied is acknowledged each second. */
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

/* Begins to keep a link to whom we follow, and ends it. */
void link_begin(void);
void link_end(void);

/* Breaks the connection; a new one is made. Returns true if there was one. */
bool link_cut(void);

/* Returns true if the data here are a moment of the history (history.h), which
 * the primary may be asked to go on from; and says so, when a snapshot that
 * tells its place was loaded, or the history is our own. */
bool link_may_resume(void);
void link_resume(void);

/* Tells the primary how much is applied, if the link is up. */
void link_acknowledge(void);

/* Lines of INFO, which go on from master_host and master_port. */
void link_info(struct buf *out);

#endif
