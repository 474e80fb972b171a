/* The line that CLIENT INFO shows of a client:
 *
 *     id=3 addr=127.0.0.1:40022 laddr=127.0.0.1:6379 fd=8 name=worker ... */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include "client.h"

/* Appends the line, with its \n, of the client that sent this request. */
void client_line(struct buf *out, const struct client *client,
                 const struct request *request);

#endif
