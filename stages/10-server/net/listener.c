#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "accepting.h"
#include "config.h"
#include "info.h"
#include "log.h"

enum {
    ADDRESSES = 16,      /* as many as Redis takes */
    NAME_MAX_BYTES = 256 /* of an address, with a NUL */
};

char *listener_path;
unsigned listener_permissions;
int64_t listener_backlog = 511, listener_mark;

/* The TCP listeners, and that of the Unix socket. */
static struct watch listeners[ADDRESSES], file_listener = {.fd = -1};
static char listeners_at[ADDRESSES][NAME_MAX_BYTES]; /* with their - */
static size_t count;

/* Closes a descriptor without changing errno. Returns -1. */
static int give_up(int fd) {
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

/* TCP. */

/* Marks a socket, and with it all connections that it accepts, so that the
 * system's routes and filters can tell them from others. */
static void mark(int fd) {
    const uint32_t value = (uint32_t)listener_mark;
    if (value != 0 &&
        setsockopt(fd, SOL_SOCKET, SO_MARK, &value, sizeof value) != 0)
        log_warn("cannot mark connections: %s", strerror(errno));
}

/* Returns a listening socket, or -1 with errno. */
static int listen_at(const struct addrinfo *at) {
    int fd =
        socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
               at->ai_protocol);
    if (fd < 0)
        return -1;
    mark(fd);
    /* A restart need not wait for the old connections to time out; and an IPv6
     * socket leaves IPv4 to its sibling. */
    const int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (at->ai_family != AF_INET6 ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 &&
        listen(fd, (int)listener_backlog) == 0)
        return fd;
    return give_up(fd);
}

/* Returns true if the failure may be ignored: this machine does not have the
 * address family, or the address is optional. */
static bool is_passed_over(int error, bool optional) {
    return (error == EADDRNOTAVAIL && optional) || error == EAFNOSUPPORT ||
           error == EPFNOSUPPORT || error == EPROTONOSUPPORT ||
           error == ESOCKTNOSUPPORT || error == ENOPROTOOPT;
}

/* Listens at the first address that a name has. */
static bool open_name(const char *name, const char *port) {
    bool optional = name[0] == '-';
    const char *host = optional ? name + 1 : name;
    const struct addrinfo wanted = {
        /* A name without a colon is looked up as IPv4 only, as in Redis. */
        .ai_family = strchr(host, ':') != NULL ? AF_INET6 : AF_INET,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE,
    };
    bool every = strcmp(host, "*") == 0 || strcmp(host, "::*") == 0;
    struct addrinfo *found;
    int problem = getaddrinfo(every ? NULL : host, port, &wanted, &found);
    if (problem != 0) {
        log_error("cannot listen at %s: %s", host, gai_strerror(problem));
        return false;
    }
    int fd = listen_at(found);
    freeaddrinfo(found);
    if (fd >= 0) {
        snprintf(listeners_at[count], NAME_MAX_BYTES, "%s", name);
        accepting_begin(&listeners[count++], fd);
        return true;
    }
    if (is_passed_over(errno, optional))
        return true;
    log_error("cannot listen on port %s of %s: %s", port, host,
              strerror(errno));
    return false;
}

/* Copies the next of the addresses, with a NUL. Returns false after the last.
 * As in Redis one space stands between two of them, so a further one has an
 * empty address beside it, at which nobody can listen. */
static bool next_name(const char **addresses, char name[NAME_MAX_BYTES]) {
    if (*addresses == NULL)
        return false;
    size_t len = strcspn(*addresses, " ");
    snprintf(name, NAME_MAX_BYTES, "%.*s", (int)len, *addresses);
    *addresses = (*addresses)[len] != '\0' ? *addresses + len + 1 : NULL;
    return true;
}

bool listener_too_many(const char *addresses) {
    char name[NAME_MAX_BYTES];
    size_t names = 0;
    while (next_name(&addresses, name))
        names++;
    return names > ADDRESSES;
}

static void close_tcp(void) {
    while (count > 0)
        accepting_end(&listeners[--count]);
}

bool listener_reopen(const char *addresses, int port) {
    char name[NAME_MAX_BYTES], port_text[16];
    snprintf(port_text, sizeof port_text, "%d", port);
    close_tcp();
    bool good = true;
    while (good && port != 0 && next_name(&addresses, name))
        good = count < ADDRESSES && open_name(name, port_text);
    if (!good)
        close_tcp();
    return good;
}

/* The file. */

/* The kernel creates the file with the permissions that the umask allows, so
 * they are never wider than they should be. */
static int bind_file(int fd, const struct sockaddr_un *address) {
    mode_t all = 0777, before = umask(0);
    (void)umask(listener_permissions != 0 ? all & ~listener_permissions
                                          : before);
    int result = bind(fd, (const struct sockaddr *)address, sizeof *address);
    (void)umask(before);
    return result;
}

/* Returns a listening socket, or -1 with errno. */
static int listen_at_file(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(listener_path);
    if (len >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, listener_path, len);
    /* A file that a killed server has left would make bind() fail. */
    (void)unlink(listener_path); /* mostly there is nothing */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (bind_file(fd, &address) == 0 && listen(fd, (int)listener_backlog) == 0)
        return fd;
    return give_up(fd);
}

static bool open_file(void) {
    if (listener_path == NULL)
        return true;
    int fd = listen_at_file();
    if (fd < 0) {
        log_error("cannot listen at %s: %s", listener_path, strerror(errno));
        return false;
    }
    accepting_begin(&file_listener, fd);
    return true;
}

static void close_file(void) {
    if (file_listener.fd < 0)
        return;
    accepting_end(&file_listener);
    file_listener.fd = -1;
    (void)unlink(listener_path); /* somebody may have removed it */
}

/* Both. */

bool listener_open(const char *addresses, int port) {
    if (listener_too_many(addresses)) {
        log_error("too many addresses to listen at: \"%s\"", addresses);
        return false;
    }
    if (!listener_reopen(addresses, port) || !open_file())
        return false;
    /* None of the addresses was a fault, but all were passed over. */
    if (count == 0 && listener_path == NULL)
        log_error("no address to listen at: no port, and no Unix socket");
    return count > 0 || listener_path != NULL;
}

void listener_close(void) {
    close_tcp();
    close_file();
}

void listener_tell(void) {
    /* Programs that start a server wait for these four words in its log. */
    if (count > 0)
        log_info("Ready to accept connections on port %d", (int)config.port);
    if (file_listener.fd >= 0)
        log_info("ready at %s", listener_path);
}

void listener_info(struct buf *out) {
    char line[ADDRESSES * (NAME_MAX_BYTES + 6) + 1] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(line + used, sizeof line - used, ",bind=%s",
                                 listeners_at[i]);
    if (count > 0)
        info_line(out, "listener0:name=tcp%s,port=%d", line, (int)config.port);
    if (file_listener.fd >= 0)
        info_line(out, "listener1:name=unix,bind=%s", listener_path);
}
