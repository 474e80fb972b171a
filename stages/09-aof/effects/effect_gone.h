/* Effects that delete a key. */
#ifndef EFFECT_GONE_H
#define EFFECT_GONE_H

#include "effect.h"

/* Propagates the deletion of a key that has expired. Those who keep a copy
 * never look at the clock themselves. */
void effect_expired(const struct key *key);

/* The command set an expiry in the past, which deleted the key. */
void effect_say_expired(const struct effect *effect, struct slice key);

/* The command took the last element of a value, which deleted the key. */
void effect_say_emptied(const struct effect *effect, struct slice key);

#endif
