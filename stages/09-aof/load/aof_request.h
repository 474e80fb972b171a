/* Commands of an append-only file, read strictly.
 *
 *     *3\r\n $3\r\nSET\r\n $5\r\nfruit\r\n $5\r\ngrape\r\n
 *
 * A client's request may be sloppy, but what a server has written is not: each
 * number has one spelling, each line ends with \r\n, and so does each argument.
 * So wherever the file was cut off, the rest is the beginning of a command.
 * Anything else that is not a whole command is damage. */
#ifndef AOF_REQUEST_H
#define AOF_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "resp.h"

enum aof_parsed {
    AOF_WHOLE,       /* the request holds it */
    AOF_CUT,         /* the bytes end before the command does */
    AOF_DAMAGED,     /* this is no command, whatever may follow */
    AOF_NOTHING_LEFT /* there are no bytes */
};

/* A place in the file where something is read. */
struct aof_place {
    char *bytes;
    size_t at, len;
};

/* Takes a command, which the place then is behind. There must be bytes. The
 * arguments are slices of them, and request->size is the length of the command.
 * If it was cut off, the request has the arguments that are complete. */
enum aof_parsed aof_request_take(struct aof_place *place,
                                 struct request *request);

/* Take its parts: the line with the number of its arguments (kind '*') or with
 * the length of one ('$'), without leading zeros; the line end behind an
 * argument; and that many arguments. */
enum aof_parsed aof_request_take_number(struct aof_place *place, char kind,
                                        size_t *number);
enum aof_parsed aof_request_take_line_end(struct aof_place *place);
enum aof_parsed aof_request_take_arguments(struct aof_place *place,
                                           size_t count,
                                           struct request *request);

#endif
