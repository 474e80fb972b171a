/* Copies of requests that are run later, when the read buffer holds other
 * bytes: the arguments, followed by their bytes, in one piece of memory. */
#ifndef REQUEST_COPY_H
#define REQUEST_COPY_H

#include "resp.h"

/* Returns the bytes that a copy takes. */
size_t request_copy_size(const struct request *request);

/* Copies a request to a place with that much room, aligned as an argument is.
 * The caller owns the memory, and frees nothing else. */
struct request request_copy(const struct request *request, void *room);

#endif
