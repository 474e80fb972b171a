/* Version 3 of the protocol, which a client chooses by HELLO 3.
 *
 *     _\r\n            null, for a missing value or a missing array
 *     #t\r\n           a boolean
 *     ,2.5\r\n         a floating-point number
 *     (123...9\r\n     an integer of any size
 *     =15\r\ntxt:...   a text for people, with its kind
 *     ~2\r\n...        a set
 *     %2\r\n...        a map: pairs
 *     >2\r\n...        a push, which answers no request
 *     |1\r\n...        attributes of the reply that follows them
 *
 * (https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md)
 *
 * Commands do not know the version. They say what a reply is by the calls of
 * reply.h, and reply_typed.c writes it in the version that the client speaks.
 * The calls below are those for which version 2 has no use. Where it has no
 * such type, it gets what Redis sends instead. */
#ifndef RESP3_H
#define RESP3_H

#include <stdbool.h>
#include <stddef.h>

struct client;

/* In version 2, the integer 1 or 0. */
void reply_boolean(struct client *client, bool value);

/* In version 2, a bulk string. */
void reply_big_number(struct client *client, const char *digits);

/* The head of a message that the client did not ask for, such as one on a
 * channel. In version 2, an array. It must not stand within another reply. */
void reply_push(struct client *client, size_t count);

/* The head of pairs that say more about the reply after them. Version 2 has
 * nothing like it, so a client of version 2 must not be sent any. */
void reply_attribute(struct client *client, size_t pairs);

#endif
