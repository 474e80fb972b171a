/* Keys that go at a certain time: the calls of keyspace.h, with an expiry.
 *
 * An expiry is in milliseconds since 1970; with NO_EXPIRY a key stays. An
 * expiry in the past deletes the key at once. */
#ifndef TTL_H
#define TTL_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "entry_expiry.h"
#include "keyspace.h"

/* The form of a time in a command: its unit, and whether it counts from now. */
struct ttl_form {
    int64_t unit_ms;
    bool from_now;
};

#define TTL_SECONDS ((struct ttl_form){1000, true})
#define TTL_MILLISECONDS ((struct ttl_form){1, true})
#define TTL_AT_SECONDS ((struct ttl_form){1000, false})
#define TTL_AT_MILLISECONDS ((struct ttl_form){1, false})

/* Reads an argument of that form, which must be at least least. Returns false
 * after the error reply. */
bool ttl_argument(struct client *client, struct slice argument, int64_t least,
                  struct ttl_form form, int64_t *expiry);

/* Sets a key, new or not, to a value with an expiry. */
void ttl_set_value(const struct key *key, struct slice value, int64_t expiry);

/* Set the expiry of a key that is there. ttl_change() also reports the change,
 * for commands that do nothing else. */
void ttl_set(const struct key *key, int64_t expiry);
void ttl_change(const struct key *key, int64_t expiry);

#endif
