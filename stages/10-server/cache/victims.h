/* Victims: choosing the key that a full cache evicts next.
 *
 * To find the one that has not been used for longest, all keys would have to
 * stand in that order. Instead some keys are looked at, in a bucket that is
 * drawn, and the best of those seen so far are kept in a pool; the best of the
 * pool goes. The pool remembers across calls, so that a good one that was not
 * needed is not lost. */
#ifndef VICTIMS_H
#define VICTIMS_H

#include "keyspace.h"

enum victim_rule {
    VICTIM_BY_USE, /* use_age() says */
    VICTIM_BY_TTL, /* which expires next */
    VICTIM_DRAWN   /* any */
};

/* Finds the next key to go; of those with an expiry alone, if volatile_only.
 * Looks at samples keys or a few more. Returns false if there is none. The
 * key's text is good until the next call. */
bool victim_find(enum victim_rule rule, bool volatile_only, size_t samples,
                 struct key *key);

/* Forgets the pool: another rule holds. */
void victims_forget(void);

#endif
