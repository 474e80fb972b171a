/* Long replies: a command that writes one may stop when nobody wants the rest
 * of it. */
#ifndef REPLY_WANTED_H
#define REPLY_WANTED_H

#include "detached.h"

/* Returns false for a detached client: whoever reads its replies looks for
 * errors only. So a file with SRANDMEMBER key -4611686018427387904 does not
 * take all memory when it is loaded. */
static inline bool reply_wanted(const struct client *client) {
    return !detached(client);
}

#endif
