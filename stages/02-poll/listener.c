#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "accepting.h"
#include "log.h"
#include "xalloc.h"

enum {
    MAX_LISTENERS = 16,
    BACKLOG = 511 /* connections that may wait for accept, as in Redis */
};

static struct watch listeners[MAX_LISTENERS];
static size_t count;

/* Returns a listening socket, or -1 with errno. */
static int listen_at(const struct addrinfo *at) {
    if (count == MAX_LISTENERS) {
        errno = E2BIG;
        return -1;
    }
    int fd =
        socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
               at->ai_protocol);
    if (fd < 0)
        return -1;
    /* A restart need not wait for the old connections to time out; and an IPv6
     * socket leaves IPv4 to its sibling. */
    const int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (at->ai_family != AF_INET6 ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

/* Listens at all addresses of a name. Those of a family that this machine does
 * not have are skipped. */
static bool open_name(const char *name, const char *port, bool optional) {
    const struct addrinfo wanted = {
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE,
    };
    bool every = strcmp(name, "*") == 0;
    struct addrinfo *found;
    int problem = getaddrinfo(every ? NULL : name, port, &wanted, &found);
    if (problem != 0) {
        log_error("cannot listen at %s: %s", name, gai_strerror(problem));
        return false;
    }
    size_t before = count;
    bool good = true;
    for (struct addrinfo *at = found; at != NULL && good; at = at->ai_next) {
        int fd = listen_at(at);
        if (fd >= 0)
            accepting_begin(&listeners[count++], fd);
        else
            good = errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL;
    }
    /* Were all addresses of a family that this machine does not have? */
    good = good && (optional || count > before);
    if (!good)
        log_error("cannot listen on port %s of %s: %s", port, name,
                  strerror(errno));
    freeaddrinfo(found);
    return good;
}

bool listener_open(const char *addresses, int port) {
    char port_text[16];
    snprintf(port_text, sizeof port_text, "%d", port);
    if (addresses == NULL)
        return open_name("127.0.0.1", port_text, false) &&
               open_name("::1", port_text, true);
    /* A copy, because strsep() writes into it. */
    char *names = xstrndup(addresses, strlen(addresses));
    bool good = true;
    char *rest = names;
    for (char *name; good && (name = strsep(&rest, " ,")) != NULL;)
        if (*name != '\0')
            good = open_name(name, port_text, false);
    free(names);
    if (good && count == 0)
        log_error("no address to listen at in \"%s\"", addresses);
    return good && count > 0;
}

void listener_close(void) {
    while (count > 0)
        accepting_end(&listeners[--count]);
}
