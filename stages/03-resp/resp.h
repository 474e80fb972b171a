/* Requests of the Redis serialization protocol, version 2, from a stream.
 *
 *     *2\r\n $4\r\n ECHO\r\n $5\r\n grape\r\n      an array of bulk strings
 *     ECHO "grape"\r\n                             or a line, as one types it
 *
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/)
 *
 * The parser is handed what has come so far and says: a whole request, more is
 * needed, or this is no request. It copies nothing: arguments are slices of the
 * input. It remembers how far it came, so bytes that were understood are not
 * read again when more come, and a request that dribbles in costs no more than
 * one that comes in one piece. */
#ifndef RESP_H
#define RESP_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* Arguments of one request, and bytes of one argument. */
enum { RESP_ARGS_MAX = INT32_MAX, RESP_BULK_MAX = 512 * 1024 * 1024 };

/* Bytes of one line: a length, or a request that is typed. */
enum { RESP_LINE_LIMIT = 65536 };

/* One request, whole or half read. All zeros is one that has not begun. */
struct request {
    struct slice *argv;
    size_t argc;
    size_t size; /* bytes of input understood; the whole request's at the end */
    size_t wanted; /* arguments announced; 0 for a request that is typed */
    int64_t bulk;  /* the announced length of the argument that comes next */
    /* Private to the parser. */
    size_t room;     /* of argv */
    uintptr_t input; /* where the slices believe the input begins */
    bool begun;
};

enum resp_status {
    RESP_DONE, /* argv holds the request; with argc 0 there is nothing to do */
    RESP_MORE, /* call again with the same bytes and more behind them */
    RESP_WRONG /* error holds the reply; the stream makes no sense from here */
};

/* Room for the reply to what is no request, NUL included. */
enum { RESP_ERROR_SIZE = 64 };

/* Goes on with a request whose first byte is bytes[0]. The slices are good as
 * long as the bytes stay where they are. Typed requests are unquoted in
 * place. */
enum resp_status resp_parse(struct request *request, char *bytes, size_t len,
                            char error[static RESP_ERROR_SIZE]);

/* Adds an argument behind the others. */
void request_add(struct request *request, char *ptr, size_t len);

/* Makes ready for the next request, and keeps the memory for it. */
void request_reset(struct request *request);

void request_free(struct request *request);

#endif
