/* Requests of the Redis serialization protocol, version 2, from a stream.
 *
 *     *2\r\n $4\r\n ECHO\r\n $5\r\n grape\r\n      an array of bulk strings
 *     ECHO "grape"\r\n                             or a line, as one types it
 *
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/)
 *
 * The parser gets the bytes that have come so far, and answers that they are a
 * whole request, that more is needed, or that they are no request. It copies
 * nothing: arguments are slices of the input. It remembers how far it came and
 * never reads bytes again that it has understood, so a request that dribbles in
 * costs no more than one that comes in one piece. */
#ifndef RESP_H
#define RESP_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* Arguments of one request, and bytes of one argument. */
enum { RESP_ARGS_MAX = INT32_MAX, RESP_BULK_MAX = 512 * 1024 * 1024 };

/* Bytes of one line: a length, or a typed request. */
enum { RESP_LINE_LIMIT = 65536 };

/* One request, whole or in part. All zeros is one that has not begun. */
struct request {
    struct slice *argv;
    size_t argc;
    size_t size;   /* input understood so far; at the end, all of the request */
    size_t wanted; /* arguments announced; 0 for a typed request */
    int64_t bulk;  /* the announced length of the argument that comes next */
    /* Private to the parser. */
    size_t room;     /* of argv */
    uintptr_t input; /* where the input began when the slices were made */
    bool begun;
};

enum resp_status {
    RESP_DONE, /* argv holds the request; with argc 0 there is nothing to do */
    RESP_MORE, /* call again with the same bytes and more behind them */
    RESP_WRONG /* error holds the reply; the stream makes no sense from here */
};

/* Room for the reply to invalid input, NUL included. */
enum { RESP_ERROR_SIZE = 64 };

/* Goes on with a request whose first byte is bytes[0]. The slices are good as
 * long as the bytes stay where they are; typed ones are unquoted in place. */
enum resp_status resp_parse(struct request *request, char *bytes, size_t len,
                            char error[static RESP_ERROR_SIZE]);

/* Adds an argument behind the others. */
void request_add(struct request *request, char *ptr, size_t len);

/* Makes it ready for the next request and keeps its memory. */
void request_reset(struct request *request);

void request_free(struct request *request);

#endif
