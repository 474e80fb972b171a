/* sends PORT: publish and subscribe with nothing but the system calls.
 *
 * For each PUBLISH request that has come it sends a ready-made message to each
 * subscriber, all that came at once by one send(2). It looks at no byte but the
 * first letters of commands, and knows one channel and one size of message. So
 * its CPU time is the least that a server can need which sends to each
 * subscriber once a turn:
 *
 *     tests/bench/bench --only messages --server 'tests/bench/build/sends
 * {port}'
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SUBSCRIBERS = 4096, ROOM = 1 << 16, EVENTS = 512 };

static int subscribers[SUBSCRIBERS], count;
static int set;

static void send_all(int fd, const char *bytes, size_t len) {
    if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
        abort(); /* the bench reads all that comes */
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0)
        abort();
}

static int listen_at(const char *port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)atoi(port)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 1024) != 0)
        exit(1);
    return fd;
}

static void accept_one(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fd);
}

static void leave(int fd) {
    for (int i = 0; i < count; i++)
        if (subscribers[i] == fd)
            subscribers[i] = subscribers[--count];
    close(fd);
}

/* PUBLISH news with 100 bytes, that many times. */
static void publish(int publisher, size_t times) {
    static char messages[ROOM], replies[ROOM];
    size_t len = 0, replies_len = 0;
    for (size_t i = 0; i < times; i++) {
        len += (size_t)sprintf(messages + len,
                               "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$100\r\n"
                               "%0100d\r\n",
                               0);
        replies_len += (size_t)sprintf(replies + replies_len, ":%d\r\n", count);
    }
    for (int i = 0; i < count; i++)
        send_all(subscribers[i], messages, len);
    send_all(publisher, replies, replies_len);
}

static void serve(int fd) {
    static const char subscribed[] =
        "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n";
    static const size_t publish_len =
        sizeof "*3\r\n$7\r\nPUBLISH\r\n$4\r\nnews\r\n$100\r\n" - 1 + 102;
    static char in[ROOM];
    ssize_t got = recv(fd, in, sizeof in, 0);
    if (got <= 0) {
        leave(fd);
    } else if (got > 9 && in[8] == 'P' && in[9] == 'U') {
        publish(fd, (size_t)got / publish_len);
    } else if (got > 8 && in[8] == 'S' && count < SUBSCRIBERS) {
        subscribers[count++] = fd;
        send_all(fd, subscribed, sizeof subscribed - 1);
    } else {
        send_all(fd, "+PONG\r\n", 7);
    }
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    set = epoll_create1(0);
    int listener = listen_at(argv[1]);
    watch(listener);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(set, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                accept_one(fd);
            else
                serve(fd);
        }
    }
}
