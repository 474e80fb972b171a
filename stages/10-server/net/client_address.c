#include "client_address.h"

#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "xalloc.h"

static struct client_address *look_up(int fd) {
    char peer[ADDRESS_MAX], own[ADDRESS_MAX];
    address_of_peer(fd, peer);
    address_of_socket(fd, own);
    size_t peer_size = strlen(peer) + 1, own_size = strlen(own) + 1;
    struct client_address *address =
        xmalloc(sizeof *address + peer_size + own_size);
    memcpy(address->peer, peer, peer_size);
    memcpy(address->peer + peer_size, own, own_size);
    address->own = address->peer + peer_size;
    address->is_path = address_is_path(fd);
    return address;
}

const struct client_address *client_address(const struct client *client) {
    /* Whoever only looks at a client may still be the first who asks. */
    struct client *keeper = client->conn->app;
    if (keeper->state.address == NULL)
        keeper->state.address = look_up(client->conn->watch.fd);
    return keeper->state.address;
}

void client_address_forget(struct client *client) {
    free(client->state.address);
    client->state.address = NULL;
}
