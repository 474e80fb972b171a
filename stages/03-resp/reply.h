/* Replies, written straight into the client's output.
 *
 *     +OK\r\n   -ERR text\r\n   :42\r\n   $5\r\ngrape\r\n   *2\r\n...
 *
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/)
 *
 * A command gives exactly one reply. An array or a map is its head, then that
 * many replies or pairs of replies. */
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
 * came in with an argument are made spaces. reply_errorf() cuts nothing. */
void reply_error(struct client *client, const char *text);
void reply_errorf(struct client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void reply_integer(struct client *client, int64_t value);
void reply_bulk(struct client *client, const void *bytes, size_t len);
void reply_slice(struct client *client, struct slice bytes);
void reply_text(struct client *client, const char *text);
/* A number as a bulk string. */
void reply_bulk_integer(struct client *client, int64_t value);

/* What is not there: a missing value, and a missing array. */
void reply_null(struct client *client);
void reply_null_array(struct client *client);

void reply_array(struct client *client, size_t count);
/* Pairs of field and value. RESP2 has no maps: an array of twice as many. */
void reply_map(struct client *client, size_t pairs);

/* Errors that many commands give. */
void reply_syntax_error(struct client *client);
void reply_not_an_integer(struct client *client);

#endif
