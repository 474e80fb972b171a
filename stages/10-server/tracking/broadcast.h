/* The mode BCAST of tracking: a client names prefixes, and is told of every
 * change of a key that begins with one of them.
 *
 *     prefixes   "user:"   -> client A -> client B      changed in this turn:
 *                "user:7"  -> client C                  user:7, user:12
 *
 * A change looks up each beginning of its key that has the length of a prefix,
 * and records the key there. At the end of the turn, the clients of a prefix
 * are told of all these keys at once. So nothing is remembered from turn to
 * turn, and a key that is changed a thousand times in a turn is told once. */
#ifndef BROADCAST_H
#define BROADCAST_H

#include <stdint.h>

#include "client.h"

void broadcast_start(void);
void broadcast_stop(void);

/* Returns true if no two of these prefixes overlap, and none overlaps with one
 * that the client has named before. Two overlap if one begins with the other.
 * Otherwise gives the error reply. */
bool broadcast_admits(struct client *client, const struct slice *prefixes,
                      size_t count);

/* Adds prefixes to those of a client in this mode; removes all of them. */
void broadcast_join(struct client *client, const struct slice *prefixes,
                    size_t count);
void broadcast_leave(struct client *client);

/* The memory that the prefixes of a client take. Their bytes belong to all
 * clients that have named them, and are not counted. */
size_t broadcast_bytes(const struct client *client);

/* Returns a prefix of a client by its index, in the order of their bytes. */
struct slice broadcast_prefix(const struct client *client, size_t number);

/* A key was changed by the client with this id, or by none if it is 0. */
void broadcast_key_changed(struct slice key, uint64_t changer);

/* Tells clients what was changed since the last call. */
void broadcast_turn(void);

/* Returns the number of different prefixes. */
size_t broadcast_prefixes(void);

#endif
