#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "log.h"
#include "loop.h"
#include "timer.h"
#include "welcome.h"

enum {
    MAX_LISTENERS = 16,
    BACKLOG = 511,          /* connections that may wait for accept */
    ACCEPTS_PER_TURN = 256, /* then the connections have a turn */
    PAUSE_US = 100000       /* how long to wait when descriptors are out */
};

static struct watch listeners[MAX_LISTENERS];
static size_t count;
static struct timer pause_timer;

static void set_accepting(bool accepting) {
    for (size_t i = 0; i < count; i++)
        loop_change(&listeners[i], accepting ? LOOP_READ : 0);
}

static void on_pause_over(struct timer *timer) {
    (void)timer;
    set_accepting(true);
}

/* Out of descriptors or memory. The connection stays in the kernel's queue
 * and its socket stays readable, so trying again at once would spin. */
static void pause_accepting(void) {
    static int64_t said_us;
    if (log_due(&said_us))
        log_warn("cannot accept, connections wait: %s (%zu are open)",
                 strerror(errno), conn_count());
    set_accepting(false);
    pause_timer.expired = on_pause_over;
    timer_start(&pause_timer, loop_now_us() + PAUSE_US);
}

static void on_connections(struct watch *watch, unsigned events) {
    (void)events;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            welcome(fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM) {
            pause_accepting();
            return;
        } else if (errno == EAGAIN) {
            return;
        }
        /* Any other error is of a peer that has left already: the next. */
    }
}

/* Returns a listening socket, or -1 with errno. */
static int listen_at(const struct addrinfo *at) {
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

/* Listens at all that one name stands for: a name may have several addresses.
 * Those of a family that this machine does not have are passed over. */
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
    bool failed = false;
    for (struct addrinfo *at = found; at != NULL && !failed; at = at->ai_next) {
        int fd = count < MAX_LISTENERS ? listen_at(at) : -1;
        if (fd >= 0) {
            listeners[count] = (struct watch){
                .fd = fd,
                .events = LOOP_READ,
                .ready = on_connections,
            };
            loop_add(&listeners[count++]);
        } else if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL) {
            failed = true;
        }
    }
    bool missing = count == before && !optional;
    if (failed || missing)
        log_error("cannot listen on port %s of %s: %s", port, name,
                  strerror(errno));
    freeaddrinfo(found);
    return !failed && !missing;
}

bool listener_open(const char *addresses, int port) {
    char port_text[16];
    snprintf(port_text, sizeof port_text, "%d", port);
    if (addresses == NULL)
        return open_name("127.0.0.1", port_text, false) &&
               open_name("::1", port_text, true);
    char *names = strdup(addresses);
    if (names == NULL)
        return false;
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
    timer_stop(&pause_timer);
    while (count > 0) {
        loop_remove(&listeners[--count]);
        close(listeners[count].fd);
    }
}

void listener_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_warn("the limit on open files stays as it is: %s", strerror(errno));
}
