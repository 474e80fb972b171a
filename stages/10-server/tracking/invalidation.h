/* Invalidations, as tracked clients get them:
 *
 *     >2 $10 invalidate *1 $5 fruit                     in version 3
 *     *3 $7 message $20 __redis__:invalidate *1 ...     in version 2, to the
 *                                                       client of a REDIRECT
 *
 * The part after the head names several keys, or is a null for all keys. It is
 * encoded once for each version, however many clients are told. */
#ifndef INVALIDATION_H
#define INVALIDATION_H

#include "buf.h"
#include "client.h"
#include "shared.h"

/* Names the keys: the part after the head. The rest must be zeros at first. */
struct invalidation {
    const struct buf *keys;
    struct shared forms[2]; /* for version 2, and for 3 */
};

/* Encodes that all keys are invalid: a null, in the version that the tracked
 * client speaks, even if another client is told in its place. */
void invalidation_of_all(struct buf *keys, bool resp3);

/* Tells a tracked client, or the one to which it is redirected. If that one is
 * gone, the client is told so instead. A receiver that speaks version 2 and
 * does not expect messages is not told.
 *
 * The client whose request is running is told when its reply is complete, and
 * in the state that it has then: a transaction may have changed its protocol
 * and its redirection. It is told even if it is not tracked any more. */
void invalidation_tell(struct client *client, struct invalidation *what);

/* To be called before a client is tracked no more. Its running request still
 * tells the client to which it is redirected now. */
void invalidation_untracked(const struct client *client);

/* To be called when everybody has been told; frees what was encoded. */
void invalidation_end(struct invalidation *what);

#endif
