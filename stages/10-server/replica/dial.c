#include "dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Returns false with errno set. The source has to be of the same family as the
 * address; if it is not, the next address is tried. */
static bool begin(int fd, const struct addrinfo *address,
                  const struct addrinfo *source) {
    int yes = 1;
    /* The connection also works without these options. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    if (source != NULL && bind(fd, source->ai_addr, source->ai_addrlen) != 0)
        return false;
    return connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
           errno == EINPROGRESS;
}

/* Returns a socket, or -1 with errno set. */
static int connect_to(const struct addrinfo *address,
                      const struct addrinfo *source) {
    int fd = socket(address->ai_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || begin(fd, address, source))
        return fd;
    int error = errno; /* which close() may change */
    close(fd);
    errno = error;
    return -1;
}

/* Resolves a name. Returns NULL, and the reason in *wrong, if that fails. */
static struct addrinfo *look_up(const char *host, const char *port,
                                const char **wrong) {
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *found;
    int error = getaddrinfo(host, port, &wanted, &found);
    if (error == 0)
        return found;
    *wrong = gai_strerror(error);
    return NULL;
}

/* Takes the first address to which a connection can be begun. If it fails only
 * later, the others are not tried: the next attempt begins with the same. */
static int connect_any(const struct addrinfo *addresses,
                       const struct addrinfo *source, const char **wrong) {
    int fd = -1;
    for (; addresses != NULL && fd < 0; addresses = addresses->ai_next)
        fd = connect_to(addresses, source);
    if (fd < 0)
        *wrong = strerror(errno);
    return fd;
}

int dial(const char *host, int64_t port, const char *source,
         const char **wrong) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)port);
    struct addrinfo *found = look_up(host, digits, wrong), *from = NULL;
    if (found == NULL)
        return -1;
    int fd = -1;
    if (source == NULL || (from = look_up(source, NULL, wrong)) != NULL)
        fd = connect_any(found, from, wrong);
    freeaddrinfo(found);
    if (from != NULL)
        freeaddrinfo(from);
    return fd;
}

int dial_error(int fd) {
    int error = 0;
    socklen_t len = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error
                                                                   : errno;
}
