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

/* Writes what names all keys: a null, in the version that the tracked client
 * speaks, whoever is told in its place. */
void invalidation_of_all(struct buf *keys, bool resp3);

/* Tells a client that is tracked, or the one to which it is redirected. If that
 * one is gone, the client is told so; if whoever it is speaks version 2 and
 * does not expect messages, nobody is told.
 *
 * The client whose request runs is told when its reply is complete, and as it
 * is then: a transaction may have changed its version of the protocol and its
 * redirection. If it is not tracked any more, it is told all the same. */
void invalidation_tell(struct client *client, struct invalidation *what);

/* A client is about to be tracked no more: whoever was told in its place is
 * told what its running request still has to tell. */
void invalidation_untracked(const struct client *client);

/* Everybody has been told. */
void invalidation_end(struct invalidation *what);

#endif
