/* Invalidations, as tracked clients get them:
 *
 *     >2 $10 invalidate *1 $5 fruit                     in version 3
 *     *3 $7 message $20 __redis__:invalidate *1 ...     in version 2, to the
 *                                                       client of a REDIRECT
 *
 * Behind the same head stand several keys, or null, for all keys. It is encoded
 * once for each version, however many clients are told. */
#ifndef INVALIDATION_H
#define INVALIDATION_H

#include "buf.h"
#include "client.h"
#include "shared.h"

/* Names the keys: what stands behind the head. The rest is zeros at first. */
struct invalidation {
    const struct buf *keys;
    struct shared forms[2]; /* for version 2, and for 3 */
};

/* Tells a client that is tracked, or the one to which it is redirected. If that
 * one is gone, the client is told so; if whoever it is speaks version 2 and
 * does not expect messages, nobody is told. */
void invalidation_tell(struct client *client, struct invalidation *what);

/* Everybody has been told. */
void invalidation_end(struct invalidation *what);

#endif
