/* Keys that go at their time: what keyspace.h says of keys, with a time.
 *
 * An expiry is in milliseconds since 1970; NO_EXPIRY lets a key stay. One that
 * is past deletes the key at once. */
#ifndef TTL_H
#define TTL_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "entry_expiry.h"
#include "keyspace.h"

/* How a command says when: in what unit, and whether from now on. */
struct ttl_form {
    int64_t unit_ms;
    bool from_now;
};

#define TTL_SECONDS ((struct ttl_form){1000, true})
#define TTL_MILLISECONDS ((struct ttl_form){1, true})
#define TTL_AT_SECONDS ((struct ttl_form){1000, false})
#define TTL_AT_MILLISECONDS ((struct ttl_form){1, false})

/* Reads an argument of that form, which may not be below least. Returns false
 * after the error reply. */
bool ttl_argument(struct client *client, struct slice argument, int64_t least,
                  struct ttl_form form, int64_t *expiry);

/* Sets a key, new or not, to a value until then. */
void ttl_set_value(const struct key *key, struct slice value, int64_t expiry);

/* Sets when a key that is there goes. The second says that the key has changed,
 * as commands do whose whole purpose that is. */
void ttl_set(const struct key *key, int64_t expiry);
void ttl_change(const struct key *key, int64_t expiry);

#endif
