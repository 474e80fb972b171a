/* A server for any number of clients at once, in one thread. */
#include <stdbool.h>

#include "accepting.h"
#include "app.h"
#include "config.h"
#include "conn.h"
#include "listener.h"
#include "log.h"
#include "loop.h"
#include "signals.h"
#include "xalloc.h"

static bool stopping;

static void stop(int signal) {
    (void)signal;
    stopping = true;
}

int main(int argc, char **argv) {
    xalloc_start();
    config_parse(argc, argv);

    accepting_raise_descriptor_limit();
    if (!signals_watch(stop) || !listener_open(config.bind, (int)config.port))
        return 1;
    idle_set_timeout(config.timeout);
    app_start();
    log_info("ready on port %d", (int)config.port);

    /* What the last turn has left to be sent is sent before each sleep. */
    while (!stopping) {
        while (conn_flush_all())
            continue;
        loop_turn();
    }

    log_info("told to stop, closing %zu connections", conn_count());
    listener_close();
    conn_close_all();
    app_stop();
    return 0;
}
