#include "target.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "info.h"
#include "timer.h"
#include "xalloc.h"

enum {
    TARGETS = 64, /* kept at once */
    IDLE_US = 10 * 1000 * 1000,
    LINE_MAX_BYTES = 1024
};

struct target {
    char *host, *port; /* NULL: not in use */
    int fd, database;
    char in[LINE_MAX_BYTES];
    size_t line, end; /* in: the line that was given out last, and all */
    struct timer idle;
};

static struct target targets[TARGETS];

/* Waits until the socket is ready. Returns false with errno set. */
static bool wait_until(int fd, short events, int64_t due_us) {
    for (;;) {
        int64_t left_us = due_us - clock_monotonic_us();
        if (left_us <= 0) {
            errno = ETIMEDOUT;
            return false;
        }
        int64_t left_ms = (left_us + 999) / 1000; /* at least 1: no spinning */
        struct pollfd wanted = {.fd = fd, .events = events};
        int ready =
            poll(&wanted, 1, left_ms < INT32_MAX ? (int)left_ms : INT32_MAX);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

/* Returns the moment that many milliseconds from now. */
static int64_t due_in(int64_t limit_ms) {
    int64_t now_us = clock_monotonic_us();
    return limit_ms < (INT64_MAX - now_us) / 1000 ? now_us + limit_ms * 1000
                                                  : INT64_MAX;
}

/* Connecting. */

/* Returns a socket that is connected or will report a failure; or -1. */
static int connect_one(const struct addrinfo *address, int64_t due_us) {
    int fd = socket(address->ai_family,
                    address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if ((connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
         errno == EINPROGRESS) &&
        wait_until(fd, POLLOUT, due_us))
        return fd;
    close(fd);
    return -1;
}

/* A socket that becomes writable is connected, or has failed to be. */
static bool was_refused(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ||
           error != 0;
}

/* Tries the addresses of a host, one after the other. */
static enum target_status connect_any(const struct addrinfo *addresses,
                                      int64_t due_us, int *found) {
    enum target_status status = TARGET_UNREACHABLE;
    for (; addresses != NULL; addresses = addresses->ai_next) {
        int fd = connect_one(addresses, due_us);
        if (fd < 0)
            continue;
        if (!was_refused(fd)) {
            *found = fd;
            return TARGET_READY;
        }
        close(fd);
        status = TARGET_REFUSED;
    }
    return status;
}

/* Resolving a name may take as long as the limit of the resolver itself. A port
 * that is not a number counts as port 0, where nobody listens. */
static enum target_status connect_to(const char *host, const char *port,
                                     int64_t limit_ms, int *fd) {
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *found;
    char digits[32];
    snprintf(digits, sizeof digits, "%ld", strtol(port, NULL, 10));
    if (getaddrinfo(host, digits, &wanted, &found) != 0)
        return TARGET_UNREACHABLE;
    enum target_status status = connect_any(found, due_in(limit_ms), fd);
    freeaddrinfo(found);
    /* Without it the last part of a key may wait for an acknowledgement. The
     * connection works in either case. */
    if (status == TARGET_READY)
        (void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return status;
}

/* Connections that are kept. */

void target_close(struct target *target) {
    timer_stop(&target->idle);
    close(target->fd);
    free(target->host);
    free(target->port);
    target->host = target->port = NULL;
}

/* A timer is a member of its target. */
static void is_idle(struct timer *timer) {
    target_close(
        (struct target *)((char *)timer - offsetof(struct target, idle)));
}

void target_stop(void) {
    for (size_t i = 0; i < TARGETS; i++)
        if (targets[i].host != NULL)
            target_close(&targets[i]);
}

void target_info(struct buf *out) {
    size_t kept = 0;
    for (size_t i = 0; i < TARGETS; i++)
        kept += targets[i].host != NULL;
    info_line(out, "migrate_cached_sockets:%zu", kept);
}

static struct target *find_kept(const char *host, const char *port) {
    for (size_t i = 0; i < TARGETS; i++)
        if (targets[i].host != NULL && strcmp(targets[i].host, host) == 0 &&
            strcmp(targets[i].port, port) == 0)
            return &targets[i];
    return NULL;
}

/* Returns a free place. If all are taken, the connection that has been idle for
 * longest is closed. */
static struct target *make_place(void) {
    struct target *oldest = &targets[0];
    for (size_t i = 0; i < TARGETS; i++) {
        if (targets[i].host == NULL)
            return &targets[i];
        if (targets[i].idle.due_us < oldest->idle.due_us)
            oldest = &targets[i];
    }
    target_close(oldest);
    return oldest;
}

static char *text_of(struct slice bytes) {
    char *text = xmalloc(bytes.len + 1);
    snprintf(text, bytes.len + 1, "%.*s", SLICE_WHOLE(bytes));
    return text;
}

enum target_status target_find(struct slice host, struct slice port,
                               int64_t limit_ms, struct target **found) {
    enum target_status status = TARGET_READY;
    struct target new = {.host = text_of(host),
                         .port = text_of(port),
                         .database = -1,
                         .idle.expired = is_idle};
    /* Whether a kept one is still open shows only when it is used. */
    *found = find_kept(new.host, new.port);
    if (*found == NULL)
        status = connect_to(new.host, new.port, limit_ms, &new.fd);
    if (*found == NULL && status == TARGET_READY) {
        *found = make_place();
        **found = new; /* with the texts, which target_close() frees */
    } else {
        free(new.host);
        free(new.port);
    }
    if (status == TARGET_READY)
        timer_start(&(*found)->idle, clock_monotonic_us() + IDLE_US);
    return status;
}

int *target_database(struct target *target) {
    return &target->database;
}

/* Sending and receiving. */

static bool would_block(void) {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

bool target_send(struct target *target, struct buf *out, int64_t limit_ms) {
    int64_t due_us = due_in(limit_ms);
    while (buf_len(out) > 0) {
        ssize_t sent =
            send(target->fd, buf_bytes(out), buf_len(out), MSG_NOSIGNAL);
        if (sent >= 0)
            buf_consume(out, (size_t)sent);
        else if (!would_block() || !wait_until(target->fd, POLLOUT, due_us))
            return false;
    }
    return true;
}

/* Reads more. Returns false with errno set. */
static bool receive(struct target *target, int64_t due_us) {
    for (;;) {
        ssize_t got = recv(target->fd, target->in + target->end,
                           sizeof target->in - target->end, 0);
        if (got > 0) {
            target->end += (size_t)got;
            return true;
        }
        if (got == 0) {
            errno = ECONNRESET; /* or there is no room: the line is too long */
            return false;
        }
        if (!would_block() || !wait_until(target->fd, POLLIN, due_us))
            return false;
    }
}

/* Drops the line that was returned last. */
static void drop_line(struct target *target) {
    target->end -= target->line;
    memmove(target->in, target->in + target->line, target->end);
    target->line = 0;
}

bool target_line(struct target *target, int64_t limit_ms, struct slice *line) {
    int64_t due_us = due_in(limit_ms);
    char *end;
    drop_line(target);
    while ((end = memchr(target->in, '\n', target->end)) == NULL)
        if (!receive(target, due_us))
            return false;
    size_t len = (size_t)(end - target->in);
    target->line = len + 1;
    if (len > 0 && end[-1] == '\r')
        len--;
    *line = (struct slice){target->in, len};
    return true;
}
