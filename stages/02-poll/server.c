/* A server for any number of clients at once, in one thread. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "config.h"
#include "conn.h"
#include "listener.h"
#include "log.h"
#include "loop.h"
#include "xalloc.h"

/* A signal may come between a look at a flag and the sleep that follows, and
 * would then be slept over. So the handler writes a byte into a pipe that the
 * loop watches (Bernstein's self-pipe). */
static int signal_pipe[2];
static bool stopping;

static void on_signal(int signal) {
    (void)signal;
    int saved = errno;
    /* A full pipe is fine: there is a byte in it already. */
    (void)!write(signal_pipe[1], "", 1);
    errno = saved;
}

static void on_signal_pipe(struct watch *watch, unsigned events) {
    (void)watch;
    (void)events;
    stopping = true;
}

static bool watch_signals(struct watch *watch) {
    if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) != 0) {
        log_error("no pipe: %s", strerror(errno));
        return false;
    }
    struct sigaction stop = {.sa_handler = on_signal};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    *watch = (struct watch){
        .fd = signal_pipe[0],
        .events = LOOP_READ,
        .ready = on_signal_pipe,
    };
    loop_add(watch);
    return true;
}

int main(int argc, char **argv) {
    xalloc_start();
    config_parse(argc, argv);

    struct watch signals;
    listener_raise_descriptor_limit();
    if (!watch_signals(&signals) ||
        !listener_open(config.bind, (int)config.port))
        return 1;
    conn_set_timeout(config.timeout);
    app_start();
    log_info("ready on port %d", (int)config.port);

    while (!stopping) {
        conn_flush_all();
        loop_turn();
    }

    log_info("told to stop, closing %zu connections", conn_count());
    listener_close();
    conn_close_all();
    app_stop();
    return 0;
}
