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

/* Reads the command at bytes[at], which must exist. The arguments are slices of
 * the bytes, and request->size is the length of the command. If it was cut off,
 * the request has the arguments that are complete. */
enum aof_parsed aof_request_parse(struct request *request, char *bytes,
                                  size_t len, size_t at);

/* Returns true if a command that extends beyond the end of the file is so long
 * only because a length is damaged, so that whole commands after it are taken
 * for a part of it.
 *
 * If the file was merely not written to its end, the length of the last
 * argument is right, and any bytes may stand in the part of it that is there,
 * commands included. It is damaged if everything fits once a single digit of
 * the length is changed: the argument ends there, the rest of its command
 * follows, and then whole commands that this server knows, up to the very last
 * byte, while there are none before that place.
 *
 * The request is the one that was cut off. Its arguments are lost. Takes time
 * in proportion to the bytes after the length. */
bool aof_request_swallowed(struct request *request, char *bytes, size_t len,
                           size_t at);

#endif
