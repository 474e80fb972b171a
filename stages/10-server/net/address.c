#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

/* An address of any family, to be read as what it is. */
union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un path;
};

/* Returns all zeros after an error, and for a peer that is gone. */
static union address own_address(int fd) {
    union address address = {0};
    socklen_t size = sizeof address;
    (void)getsockname(fd, &address.any, &size);
    return address;
}

static union address peer_address(int fd) {
    union address address = {0};
    socklen_t size = sizeof address;
    (void)getpeername(fd, &address.any, &size);
    return address;
}

static void write_text(const union address *address,
                       char out[static ADDRESS_MAX]) {
    char host[INET6_ADDRSTRLEN] = "";
    if (address->any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof host);
        snprintf(out, ADDRESS_MAX, "[%s]:%d", host,
                 ntohs(address->v6.sin6_port));
    } else if (address->any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof host);
        snprintf(out, ADDRESS_MAX, "%s:%d", host, ntohs(address->v4.sin_port));
    } else if (address->any.sa_family == AF_UNIX) {
        snprintf(out, ADDRESS_MAX, "%.*s:0", (int)sizeof address->path.sun_path,
                 address->path.sun_path);
    } else {
        snprintf(out, ADDRESS_MAX, "?:0");
    }
}

void address_of_peer(int fd, char out[static ADDRESS_MAX]) {
    union address address = peer_address(fd);
    /* The client's end of a Unix socket has no name. */
    if (address.any.sa_family == AF_UNIX)
        address = own_address(fd);
    write_text(&address, out);
}

void address_of_socket(int fd, char out[static ADDRESS_MAX]) {
    union address address = own_address(fd);
    write_text(&address, out);
}

bool address_is_path(int fd) {
    return own_address(fd).any.sa_family == AF_UNIX;
}
