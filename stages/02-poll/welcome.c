#include "welcome.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "conn.h"

/* Seconds of silence after which the kernel asks a peer whether it is still
 * there; Redis's default, too. */
enum { KEEPALIVE_S = 300 };

/* Small replies go out at once, and a peer that vanished is noticed. The
 * connection also works without these options. */
static void set_tcp_options(int fd) {
    const int on = 1, idle = KEEPALIVE_S, gap = KEEPALIVE_S / 3;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &gap, sizeof gap);
}

void welcome(int fd) {
    set_tcp_options(fd);
    conn_open(fd);
}
