/* Requests of short arguments, which are nearly all, parsed in one loop.
 *
 *     *2\r\n $3\r\n GET\r\n $5\r\n fruit\r\n
 *
 * The parser of resp.h can stop at any byte and go on when more has come, so
 * its progress is in memory between one argument and the next. Here it is in
 * registers: a request that has not come whole is left to resp_parse(). */
#ifndef SHORT_REQUEST_H
#define SHORT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "resp.h"

/* Parses a request that has not begun, is an array of at most as many arguments
 * as there is room for, has lengths of at most four digits, and is there to its
 * end. Returns false, with nothing done, for any other. */
bool short_request(struct request *request, char *bytes, size_t len);

#endif
