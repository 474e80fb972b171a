#include "local.h"

#include <netinet/in.h>

#include "config.h"

bool local_address(const struct sockaddr_storage *address) {
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
    /* Who can open a socket in the file system is on this machine. */
    if (address->ss_family != AF_INET6)
        return address->ss_family == AF_UNIX;
    const struct in6_addr *v6 =
        &((const struct sockaddr_in6 *)address)->sin6_addr;
    /* The kernel has filled in the address, which the analyzer cannot see.
     * NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
    return IN6_IS_ADDR_LOOPBACK(v6) ||
           (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET);
}

bool local_peer(int fd) {
    struct sockaddr_storage peer = {0};
    socklen_t size = sizeof peer;
    return getpeername(fd, (struct sockaddr *)&peer, &size) == 0 &&
           local_address(&peer);
}

bool local_allows(int64_t setting, const struct client *client) {
    return setting == ALLOWED_YES ||
           (setting == ALLOWED_LOCAL && local_peer(client->conn->watch.fd));
}
