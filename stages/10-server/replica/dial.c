#include "dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connect_to(const struct addrinfo *address) {
    int fd = socket(address->ai_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int yes = 1;
    /* Both are wishes: a connection without them works, too. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
        errno == EINPROGRESS)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int dial(const char *host, int64_t port, const char **wrong) {
    char digits[24];
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *found;
    snprintf(digits, sizeof digits, "%lld", (long long)port);
    int error = getaddrinfo(host, digits, &wanted, &found);
    if (error != 0) {
        *wrong = gai_strerror(error);
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *at = found; at != NULL && fd < 0;
         at = at->ai_next)
        fd = connect_to(at);
    *wrong = strerror(errno);
    freeaddrinfo(found);
    return fd;
}

int dial_error(int fd) {
    int error = 0;
    socklen_t len = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error
                                                                   : errno;
}
