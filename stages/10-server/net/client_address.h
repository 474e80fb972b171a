/* The addresses of a client, as address.h writes them. They are asked of the
 * system once, when somebody wants to see them, and then kept with the client:
 * CLIENT LIST shows those of all clients, and a monitor's lines one each. */
#ifndef CLIENT_ADDRESS_H
#define CLIENT_ADDRESS_H

#include <stdbool.h>

#include "client.h"

struct client_address {
    bool is_path; /* it came through the Unix socket */
    const char *own;
    char peer[]; /* own lies behind it */
};

const struct client_address *client_address(const struct client *client);

/* Frees what is kept, when the client leaves. */
void client_address_forget(struct client *client);

#endif
