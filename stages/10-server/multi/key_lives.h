/* Whether a key is there, asked without a look-up, which would delete a key
 * whose time has come and tell everybody. */
#ifndef KEY_LIVES_H
#define KEY_LIVES_H

#include "entry_expiry.h"
#include "key_time.h"
#include "keyspace.h"

/* Returns true if the key is there, and its time is not over. */
static inline bool key_lives(const struct key *key) {
    void **place = dict_find(&key->db->dict, key->text, key->hash);
    int64_t expiry = place != NULL ? entry_expiry(*place) : NO_EXPIRY;
    return place != NULL && (expiry == NO_EXPIRY || expiry >= key_time_ms());
}

#endif
