#include "accepting.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "log.h"
#include "timer.h"
#include "welcome.h"

enum {
    ACCEPTS_PER_TURN = 256, /* then those that are connected have a turn */
    PAUSE_US = 100000       /* how long to wait when descriptors are out */
};

static struct watch *sockets[ACCEPTING_MAX];
static size_t count;
static struct timer pause_timer;

static void set_accepting(bool accepting) {
    for (size_t i = 0; i < count; i++)
        loop_change(sockets[i], accepting ? LOOP_READ : 0);
}

static void on_pause_over(struct timer *timer) {
    (void)timer;
    set_accepting(true);
}

/* Without a pause the loop would spin: the connection stays in the kernel's
 * queue, and the listening socket readable. */
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
            return; /* nobody else waits */
        }
        /* Any other error belongs to a peer that has left already: go on with
         * the next. */
    }
}

void accepting_begin(struct watch *watch, int fd) {
    assert(count < ACCEPTING_MAX);
    *watch =
        (struct watch){.fd = fd, .events = LOOP_READ, .ready = on_connections};
    loop_add(watch);
    sockets[count++] = watch;
}

void accepting_end(struct watch *watch) {
    size_t at = 0;
    while (sockets[at] != watch)
        at++;
    sockets[at] = sockets[--count];
    if (count == 0)
        timer_stop(&pause_timer); /* there is nothing to resume */
    loop_remove(watch);
    close(watch->fd);
}

void accepting_raise_descriptor_limit(void) {
    struct rlimit limit;
    /* A process may raise its soft limit, often 1,024, up to its hard one. */
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_warn("the limit on open files stays as it is: %s", strerror(errno));
}
