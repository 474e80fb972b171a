#include "welcome.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "conn.h"
#include "local.h"
#include "log.h"
#include "net_counts.h"

struct welcome_config welcome_config = {
    .tcp_keepalive = 300, /* notices peers that vanished */
    .maxclients = 10000,
    .protected_mode = true,
};

enum { KEPT_DESCRIPTORS = 32 }; /* for files, pipes, and the doors */

static const char too_many[] = "-ERR max number of clients reached\r\n";

static const char denied[] =
    "-DENIED Redis is running in protected mode because protected mode is "
    "enabled and no password is set for the default user. In this mode "
    "connections are only accepted from the loopback interface. If you want to "
    "connect from external computers to Redis you may adopt one of the "
    "following solutions: 1) Just disable protected mode sending the command "
    "'CONFIG SET protected-mode no' from the loopback interface by connecting "
    "to Redis from the same host the server is running, however MAKE SURE "
    "Redis is not publicly accessible from internet if you do so. Use CONFIG "
    "REWRITE to make this change permanent. 2) Alternatively you can just "
    "disable the protected mode by editing the Redis configuration file, and "
    "setting the protected mode option to 'no', and then restarting the "
    "server. 3) If you started the server manually just for testing, restart "
    "it with the '--protected-mode no' option. 4) Setup a an authentication "
    "password for the default user. NOTE: You only need to do one of the above "
    "things in order for the server to start accepting connections from the "
    "outside.\r\n";

/* Descriptors. */

/* Raises the limit to that many, or as far as the system lets us. Returns the
 * new limit. */
static uint64_t raise_limit(uint64_t wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    if (limit.rlim_cur >= wanted)
        return limit.rlim_cur;
    struct rlimit more = {wanted, limit.rlim_max};
    if (more.rlim_max < wanted)
        more.rlim_max = wanted; /* root may do that */
    if (setrlimit(RLIMIT_NOFILE, &more) == 0)
        return wanted;
    /* Without the privilege to raise the hard limit, take what it allows. */
    more = (struct rlimit){limit.rlim_max, limit.rlim_max};
    return setrlimit(RLIMIT_NOFILE, &more) == 0 ? more.rlim_cur
                                                : limit.rlim_cur;
}

/* Returns how many of these clients there are descriptors for, after raising
 * the limit as far as it goes. */
static int64_t room_for(int64_t clients) {
    uint64_t wanted = (uint64_t)clients + KEPT_DESCRIPTORS;
    uint64_t limit = raise_limit(wanted);
    return limit >= wanted ? clients : (int64_t)limit - KEPT_DESCRIPTORS;
}

bool welcome_start(void) {
    int64_t room = room_for(welcome_config.maxclients);
    if (room < 1) {
        log_error("%" PRId64 " open files are not enough: %d are kept for the "
                  "server itself (ulimit -n)",
                  room + KEPT_DESCRIPTORS, KEPT_DESCRIPTORS);
        return false;
    }
    if (room < welcome_config.maxclients)
        log_warn("maxclients is %" PRId64 " instead of %" PRId64 ": the system "
                 "allows %" PRId64 " open files (ulimit -n), and %d are kept "
                 "for the server itself",
                 room, welcome_config.maxclients, room + KEPT_DESCRIPTORS,
                 KEPT_DESCRIPTORS);
    welcome_config.maxclients = room;
    return true;
}

const char *welcome_maxclients_changed(void) {
    static char wrong[128];
    int64_t room = room_for(welcome_config.maxclients);
    if (room == welcome_config.maxclients)
        return NULL;
    snprintf(wrong, sizeof wrong,
             "The operating system is not able to handle the specified number "
             "of clients, try with %" PRId64,
             room);
    return wrong;
}

/* New connections. */

/* Small replies go out at once, and a peer that vanished is noticed. These
 * are wishes: a connection without them works, too. */
static void set_tcp_options(int fd) {
    const int on = 1, idle = (int)welcome_config.tcp_keepalive;
    /* A peer that vanished is noticed after twice the time of silence: three
     * probes follow, a third of it apart. */
    const int gap = idle < 3 ? 1 : idle / 3, probes = 3;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (idle == 0)
        return;
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &gap, sizeof gap);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

/* The first line that a client reads says why it is the last. If it has left
 * already, the error does not matter. */
static void turn_away(int fd, const char *why) {
    (void)send(fd, why, strlen(why), MSG_NOSIGNAL);
    close(fd);
    net_counts.turned_away++;
}

static void tell_denied(int fd) {
    static int64_t said_us;
    char address[ADDRESS_MAX];
    address_of_peer(fd, address);
    /* A peer that is gone by now has no address: it may have been local. */
    if (address[0] == '?' || !log_due(&said_us))
        return;
    log_warn("protected mode: %s is of another machine, and there is no "
             "password: closed",
             address);
}

void welcome(int fd) {
    /* The limit is asked first, as in Redis, so a full server does not even
     * look where a peer comes from. */
    if (conn_count() >= (size_t)welcome_config.maxclients) {
        turn_away(fd, too_many);
    } else if (stage_is_protected() && !local_peer(fd)) {
        tell_denied(fd);
        turn_away(fd, denied);
    } else {
        net_counts.let_in++;
        set_tcp_options(fd);
        conn_open(fd);
    }
}
