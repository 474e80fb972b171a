/* Effects that delete a key, as DEL, or as UNLINK if the lazyfree settings ask
 * for that. This server frees large values beside the loop in either case, but
 * those who read the log or the stream may be other servers. */
#ifndef EFFECT_GONE_H
#define EFFECT_GONE_H

#include "effect.h"

/* Propagates the deletion of a key that has expired. Log and replicas never
 * look at the clock themselves. */
void effect_expired(const struct key *key);

/* Propagates the deletion of a key that was evicted. */
void effect_evicted(const struct key *key);

/* The command set an expiry in the past, which deleted the key. */
void effect_say_expired(const struct effect *effect, struct slice key);

/* The command took the last element of a value, which deleted the key. */
void effect_say_emptied(const struct effect *effect, struct slice key);

#endif
