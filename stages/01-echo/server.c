/* An echo server: every byte that a client sends comes back to it.
 *
 * One client at a time. While it is served, the next ones wait in the kernel's
 * queue: their connections are established, but nobody reads what they send.
 * Each call that waits here (poll, accept, read, write) puts the whole program
 * to sleep.
 *
 * No client can end the server: it goes on with the next one. SIGTERM and
 * SIGINT end it with exit status 0, wherever it sleeps. */

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "log.h"
#include "options.h"

/* Without --bind there are two listening sockets, one for 127.0.0.1 and one for
 * ::1. A host name given to --bind may stand for a few more addresses; those
 * beyond this number are left out. */
#define LISTENERS_MAX 8

/* Room for "[ffff:...]:65535" with the zone of a link-local address. */
#define ADDRESS_TEXT_MAX 80

/* How many bytes of a message are held at a time. Messages may be longer. */
#define PIECE_SIZE (16 * 1024)

struct listeners {
    struct pollfd sockets[LISTENERS_MAX];
    nfds_t count;
};

/* Being asked to stop. */

/* A handler may interrupt any statement, so it does no more than set this. The
 * type is one that it can set in a single step, and "volatile" makes the loops
 * below read it anew each time. */
static volatile sig_atomic_t stop_requested;

/* A signal makes the call that sleeps return with EINTR, and then we look at
 * stop_requested. But a signal that comes between that look and the next sleep
 * would wake nothing, so the kernel repeats it, as SIGALRM, ten times a second
 * until the program ends. */
static void on_stop_signal(int number) {
    (void)number;
    stop_requested = 1;
    /* Microseconds between two signals, and until the first. */
    struct itimerval repeat = {{0, 100000}, {0, 100000}};
    setitimer(ITIMER_REAL, &repeat, NULL);
}

static void set_up_signals(void) {
    struct sigaction stop = {.sa_handler = on_stop_signal};
    sigemptyset(&stop.sa_mask);
    stop.sa_flags = 0; /* no SA_RESTART: a sleeping call must return */
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGALRM, &stop, NULL);

    /* A terminal that closes sends SIGHUP to all that was started from it. A
     * server outlives its terminal. */
    signal(SIGHUP, SIG_IGN);

    /* Writing to a client that has left must be an error, not our death. */
    signal(SIGPIPE, SIG_IGN);
}

/* The sockets that clients knock at. */

/* Writes "127.0.0.1:6379" or "[::1]:6379". */
static void format_address(char out[static ADDRESS_TEXT_MAX],
                           const struct sockaddr *address, socklen_t len) {
    char host[64], port[8];
    /* Numbers, not names: to ask for a name could take seconds. */
    int error = getnameinfo(address, len, host, sizeof host, port, sizeof port,
                            NI_NUMERICHOST | NI_NUMERICSERV);
    if (error != 0)
        snprintf(out, ADDRESS_TEXT_MAX, "an unknown address");
    else if (address->sa_family == AF_INET6)
        snprintf(out, ADDRESS_TEXT_MAX, "[%s]:%s", host, port);
    else
        snprintf(out, ADDRESS_TEXT_MAX, "%s:%s", host, port);
}

/* Opens one listening socket. Returns -1 and sets errno if it cannot. */
static int open_listener(const struct addrinfo *where) {
    int fd = socket(where->ai_family, where->ai_socktype | SOCK_CLOEXEC,
                    where->ai_protocol);
    if (fd == -1)
        return -1;

    /* Connections of a server that ran here before may linger in the kernel for
     * a minute (TIME_WAIT); without this they would keep us from starting. */
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    /* IPv4 has a socket of its own, so this one must not claim its port too. */
    if (where->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);

    if (bind(fd, where->ai_addr, where->ai_addrlen) == -1 ||
        listen(fd, SOMAXCONN) == -1) {
        /* close() may set errno too, and the caller wants this one. */
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

/* Listens at one address. An address family that this machine lacks is skipped
 * (containers often have no IPv6); any other failure is logged and returns
 * false. */
static bool add_listener(struct listeners *all, const struct addrinfo *where) {
    int fd = open_listener(where);
    if (fd != -1) {
        all->sockets[all->count++] = (struct pollfd){fd, POLLIN, 0};
        return true;
    }
    if (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)
        return true;

    const char *reason = strerror(errno);
    char name[ADDRESS_TEXT_MAX];
    format_address(name, where->ai_addr, where->ai_addrlen);
    log_error("cannot listen on %s: %s", name, reason);
    return false;
}

static void close_listeners(struct listeners *all) {
    while (all->count > 0)
        close(all->sockets[--all->count].fd);
}

/* Listens at every address that host stands for. No host (NULL) stands for the
 * loopback addresses, which only programs on this machine can reach; "*" stands
 * for every address there is. On failure it logs the reason, leaves nothing
 * open and returns false. */
static bool open_listeners(struct listeners *all, const char *host, int port) {
    char port_text[8];
    snprintf(port_text, sizeof port_text, "%d", port);
    /* Without a host, getaddrinfo gives the loopback addresses, and with
     * AI_PASSIVE those that stand for every address: 0.0.0.0 and ::. */
    bool every = host != NULL && strcmp(host, "*") == 0;
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = every ? AI_PASSIVE : 0};
    struct addrinfo *found;
    int error = getaddrinfo(every ? NULL : host, port_text, &hints, &found);
    if (error != 0) {
        log_error("cannot listen on %s: %s", host != NULL ? host : "loopback",
                  gai_strerror(error));
        return false;
    }

    bool good = true;
    for (struct addrinfo *where = found; where != NULL && good;
         where = where->ai_next) {
        if (all->count < LISTENERS_MAX)
            good = add_listener(all, where);
    }
    freeaddrinfo(found);

    /* Was every address of a family that this machine lacks? */
    if (good && all->count == 0) {
        log_error("cannot listen on %s: this machine has no such address",
                  host != NULL ? host : "loopback");
        good = false;
    }
    if (!good)
        close_listeners(all);
    return good;
}

/* The sockets are asked for their addresses, since a name given to --bind does
 * not show which ones it stood for. */
static void log_ready(const struct listeners *all) {
    char names[LISTENERS_MAX * (ADDRESS_TEXT_MAX + sizeof " and ")];
    size_t used = 0;
    for (nfds_t i = 0; i < all->count; i++) {
        struct sockaddr_storage address = {0};
        socklen_t len = sizeof address;
        char name[ADDRESS_TEXT_MAX];
        getsockname(all->sockets[i].fd, (struct sockaddr *)&address, &len);
        format_address(name, (struct sockaddr *)&address, len);
        int printed = snprintf(names + used, sizeof names - used, "%s%s",
                               i > 0 ? " and " : "", name);
        used += (size_t)printed;
    }
    log_info("ready on %s", names);
}

/* One client. */

/* Sleeps until a client knocks at any of the listening sockets, and returns
 * that socket, or -1 if a signal came first. If clients knock at several, the
 * first socket wins; the others have their turn when nobody waits there. */
static int find_knock(struct listeners *all) {
    if (poll(all->sockets, all->count, -1) == -1)
        return -1;
    for (nfds_t i = 0; i < all->count; i++) {
        if (all->sockets[i].revents != 0)
            return all->sockets[i].fd;
    }
    return -1;
}

/* Waits for the next client and returns its socket, or -1 when the server has
 * been asked to stop. */
static int next_client(struct listeners *all) {
    while (!stop_requested) {
        int listener = find_knock(all);
        if (listener == -1)
            continue; /* a signal: was it to stop us? */

        struct sockaddr_storage address = {0};
        socklen_t len = sizeof address;
        /* This does not sleep: poll has seen a client in the queue. */
        int client =
            accept4(listener, (struct sockaddr *)&address, &len, SOCK_CLOEXEC);
        if (client == -1) {
            /* A client that left while it waited in the queue is no error.
             * Anything else (no memory, no descriptors) may pass: try again,
             * but do not spin. */
            if (errno != EINTR && errno != ECONNABORTED) {
                log_warn("cannot accept a client: %s", strerror(errno));
                poll(NULL, 0, 100);
            }
            continue;
        }

        char name[ADDRESS_TEXT_MAX];
        format_address(name, (struct sockaddr *)&address, len);
        log_info("client %s connected", name);
        return client;
    }
    return -1;
}

/* Reads what has arrived, at most room bytes, sleeping until there is
 * something. Returns 0 when the client has sent its last byte, -1 when it is
 * gone or the server has been asked to stop. */
static ssize_t read_some(int client, char *bytes, size_t room) {
    while (!stop_requested) {
        ssize_t n = read(client, bytes, room);
        if (n >= 0)
            return n;
        if (errno != EINTR) {
            log_info("client lost: %s", strerror(errno));
            return -1;
        }
    }
    return -1;
}

/* Writes all the bytes. One write may take only part of them, since a signal
 * may end it early; it returns how far it got. Returns false when the client is
 * gone or the server has been asked to stop. A client that does not read what
 * it is sent keeps us here, and so keeps all others waiting. */
static bool write_all(int client, const char *bytes, size_t count) {
    while (count > 0 && !stop_requested) {
        ssize_t n = write(client, bytes, count);
        if (n >= 0) {
            bytes += n;
            count -= (size_t)n;
        } else if (errno != EINTR) {
            log_info("client lost: %s", strerror(errno));
            return false;
        }
    }
    return count == 0;
}

/* Sends back what the client sends, until it has no more to say. Each piece is
 * written before the next is read, so nothing is owed at the end. */
static void serve(int client) {
    /* Send a small answer at once instead of waiting to fill a packet. If this
     * fails, answers come later, and that is all. */
    int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

    char piece[PIECE_SIZE];
    for (;;) {
        ssize_t n = read_some(client, piece, sizeof piece);
        if (n == 0)
            log_info("client disconnected");
        if (n <= 0 || !write_all(client, piece, (size_t)n))
            return;
    }
}

int main(int argc, char **argv) {
    int64_t port = 6379;
    const char *bind_host = NULL;
    const struct option_row rows[] = {
        {"port", "N", "the TCP port to listen on",
         OPTION_NUMBER(&port, 1, 65535)},
        {"bind", "ADDR", "address to listen on, * for all (loopback only)",
         OPTION_TEXT(&bind_host)},
    };
    options_parse(argc, argv, rows, sizeof rows / sizeof rows[0]);

    struct listeners listeners = {0};
    /* Before the ready line, since whoever reads it may send a signal. */
    set_up_signals();
    if (!open_listeners(&listeners, bind_host, (int)port))
        return 1;
    log_ready(&listeners);

    int client;
    while ((client = next_client(&listeners)) != -1) {
        serve(client);
        close(client);
    }

    close_listeners(&listeners);
    log_info("asked to stop, goodbye");
    return 0;
}
