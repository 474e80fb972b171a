/* Effects that delete a key. */
#ifndef EFFECT_GONE_H
#define EFFECT_GONE_H

#include "effect.h"

/* Propagates the deletion of a key that has expired. Those who keep a copy
 * never look at the clock themselves. */
static inline void effect_expired(const struct key *key) {
    if (propagate_wanted())
        propagate(key->db->number, WORDS(word("DEL"), key->text));
}

/* The command set an expiry in the past, which deleted the key. */
static inline void effect_say_expired(const struct effect *effect,
                                      struct slice key) {
    effect_say(effect, word("DEL"), key);
}

/* The command took the last element of a value, which deleted the key. */
static inline void effect_say_emptied(const struct effect *effect,
                                      struct slice key) {
    effect_say(effect, word("DEL"), key);
}

#endif
