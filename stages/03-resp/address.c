#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

static void write_text(const struct sockaddr_storage *address,
                       char out[static ADDRESS_MAX]) {
    char host[INET6_ADDRSTRLEN] = "";
    if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        snprintf(out, ADDRESS_MAX, "[%s]:%d", host, ntohs(v6->sin6_port));
    } else if (address->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        snprintf(out, ADDRESS_MAX, "%s:%d", host, ntohs(v4->sin_port));
    } else {
        snprintf(out, ADDRESS_MAX, "?:0");
    }
}

void address_of_peer(int fd, char out[static ADDRESS_MAX]) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    /* This fails for a peer that is gone: then the address stays all zeros. */
    (void)getpeername(fd, (struct sockaddr *)&address, &size);
    write_text(&address, out);
}

void address_of_socket(int fd, char out[static ADDRESS_MAX]) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    (void)getsockname(fd, (struct sockaddr *)&address, &size);
    write_text(&address, out);
}
