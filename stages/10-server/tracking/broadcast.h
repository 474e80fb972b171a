/* The mode BCAST of tracking: who names prefixes is told of each change of a
 * key that begins with one of them.
 *
 *     prefixes   "user:"   -> client A -> client B      changed in this turn:
 *                "user:7"  -> client C                  user:7, user:12
 *
 * A change looks up each beginning of its key that is as long as one of the
 * prefixes, and notes the key there. When the turn ends, the clients of a
 * prefix are told of all these keys at once. So nothing is remembered from turn
 * to turn, and a key that is changed a thousand times is told once. */
#ifndef BROADCAST_H
#define BROADCAST_H

#include <stdint.h>

#include "client.h"

void broadcast_start(void);
void broadcast_stop(void);

/* Returns true if none of the prefixes is the beginning of another one, or of
 * one that the client has named before, nor the other way round. Else gives the
 * error reply. */
bool broadcast_admits(struct client *client, const struct slice *prefixes,
                      size_t count);

/* Adds prefixes to those of a client that is tracked in this mode, or takes all
 * of them away. */
void broadcast_join(struct client *client, const struct slice *prefixes,
                    size_t count);
void broadcast_leave(struct client *client);

/* A prefix of a client, by its number: they stand in the order of their
 * bytes. */
struct slice broadcast_prefix(const struct client *client, size_t number);

/* A key was changed, by the client with this id, or 0. */
void broadcast_key_changed(struct slice key, uint64_t changer);

/* Tells what was changed since the last call. */
void broadcast_turn(void);

/* The number of prefixes, each counted once. */
size_t broadcast_prefixes(void);

#endif
