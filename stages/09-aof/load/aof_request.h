/* Commands of an append-only file, read strictly.
 *
 *     *3\r\n $3\r\nSET\r\n $5\r\nfruit\r\n $5\r\ngrape\r\n
 *
 * A client's request may be sloppy; what a server has written is not. Each
 * number has one spelling, each line ends with \r\n, and so does each argument.
 * So wherever the file was cut off, what is left is the beginning of a command;
 * anything else that is no whole command is damage. */
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

/* Reads the command at bytes[at]; there is at least that byte. The arguments
 * are slices of the bytes, and request->size is the length of the whole. Of a
 * command that was cut off, the request holds the arguments that are whole. */
enum aof_parsed aof_request_parse(struct request *request, char *bytes,
                                  size_t len, size_t at);

/* Returns true if a command that reaches beyond the end of the file got so long
 * by damage, so that whole commands behind it are taken for a part of it.
 *
 * A file that was not written to its end is no reason to think so: then the
 * length of the last argument is right, and any bytes at all may stand in what
 * there is of it, commands, too. It is different if everything fits once a
 * single digit of that length is changed: the argument ends there, the rest of
 * its command follows, and behind it whole commands that this server knows, up
 * to the very last byte; while in front of that place there are none.
 *
 * The request is the one that was cut off. Its arguments are lost. Takes time
 * in proportion to the bytes behind the length. */
bool aof_request_swallowed(struct request *request, char *bytes, size_t len,
                           size_t at);

#endif
