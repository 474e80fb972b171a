/* A server for any number of clients at once, in one thread. */
#include <stdbool.h>

#include "accepting.h"
#include "app.h"
#include "conn.h"
#include "listener.h"
#include "log.h"
#include "loop.h"
#include "options.h"
#include "signals.h"
#include "xalloc.h"

/* What the owner has chosen on the command line. */
static int64_t port = 6379;
static const char *addresses; /* NULL: this machine alone */
static int64_t timeout_s;     /* that a client may be silent; 0: no limit */

static const struct option_row options[] = {
    {"port", "N", "the TCP port (6379)", OPTION_NUMBER(&port, 1, 65535)},
    {"bind", "ADDR", "addresses to listen at, * for all (this machine)",
     OPTION_TEXT(&addresses)},
    {"timeout", "S", "close clients that are silent for S seconds (0: no)",
     OPTION_NUMBER(&timeout_s, 0, INT32_MAX)},
};

static bool stopping;

static void stop(int signal) {
    (void)signal;
    stopping = true;
}

int main(int argc, char **argv) {
    xalloc_start();
    options_parse(argc, argv, options, sizeof options / sizeof options[0]);

    accepting_raise_descriptor_limit();
    if (!signals_watch(stop) || !listener_open(addresses, (int)port))
        return 1;
    idle_set_timeout(timeout_s);
    app_start();
    log_info("ready on port %d", (int)port);

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
