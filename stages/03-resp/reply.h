/* Replies, written straight into the client's output.
 *
 *     +OK\r\n   -ERR text\r\n   :42\r\n   $5\r\ngrape\r\n   *2\r\n...
 *
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/)
 *
 * A command gives exactly one reply. An array, a set or a map is its head, then
 * that many replies or pairs of replies.
 *
 * Commands say what a reply is: a set, pairs, a floating-point number, a text
 * for people. RESP2 has no types for these, and makes them arrays and bulk
 * strings; no command knows that. */
#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct client;

/* A short text without line ends: +text */
void reply_simple(struct client *client, const char *text);
void reply_ok(struct client *client);

/* An error. The text begins with its code: "ERR no such key". Line ends that
 * came in with an argument become spaces, or are cut off at the end.
 * reply_errorf() never truncates. */
void reply_error(struct client *client, const char *text);
void reply_errorf(struct client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void reply_integer(struct client *client, int64_t value);
void reply_bulk(struct client *client, const void *bytes, size_t len);
void reply_slice(struct client *client, struct slice bytes);
void reply_text(struct client *client, const char *text);
/* A number as a bulk string. */
void reply_bulk_integer(struct client *client, int64_t value);

/* A missing value, and a missing array. */
void reply_null(struct client *client);
void reply_null_array(struct client *client);

/* A floating-point number, and a text for people, as bulk strings. */
void reply_double(struct client *client, const char *text, size_t len);
void reply_verbatim(struct client *client, const void *text, size_t len);

/* The reply to PING, with the message if there is one. */
void reply_pong(struct client *client, const struct slice *message);

void reply_array(struct client *client, size_t count);
/* Elements in no particular order, none of them twice: an array in RESP2. */
void reply_set(struct client *client, size_t count);
/* Pairs of field and value: an array of twice as many in RESP2. */
void reply_map(struct client *client, size_t pairs);

/* Pairs in a certain order, like members with their scores: an array of twice
 * as many in RESP2. Call reply_pair() before each of them. */
void reply_pairs(struct client *client, size_t pairs);
void reply_pair(struct client *client);

/* A list of elements for each of some keys: an array of arrays of two in RESP2.
 * Call reply_keyed() before each key and its elements. */
void reply_by_key(struct client *client, size_t keys);
void reply_keyed(struct client *client);

/* The error for a subcommand that does not exist or takes other arguments;
 * container is its command, in capitals. */
void reply_bad_subcommand(struct client *client, struct slice name,
                          const char *container);

#endif
