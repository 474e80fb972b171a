/* Effects that tell of a key that is gone: with DEL, or with UNLINK where the
 * settings ask for that. Values are freed beside the loop in either case here,
 * but those who read the log or the stream may be other servers. */
#ifndef EFFECT_GONE_H
#define EFFECT_GONE_H

#include "effect.h"

/* Tells that a key is deleted since its time has come: those who keep a copy
 * are not to look at the clock. */
void effect_expired(const struct key *key);

/* The same of a key that had to make room. */
void effect_evicted(const struct key *key);

/* The command has set a time that is past, so the key is gone. */
void effect_say_expired(const struct effect *effect, struct slice key);

/* The command has taken all that a key held. */
void effect_say_emptied(const struct effect *effect, struct slice key);

#endif
