/* The program: a server that can run in the background and under a supervisor,
 * with a log and a report if it crashes. */
#include "accepting.h"
#include "app.h"
#include "config.h"
#include "config_rewrite.h"
#include "conn.h"
#include "crash.h"
#include "listener.h"
#include "log.h"
#include "process.h"
#include "settings.h"
#include "shutdown.h"
#include "signals.h"
#include "stage.h"
#include "welcome.h"
#include "xalloc.h"

int main(int argc, char **argv) {
    xalloc_start();
    process_begin(argc, argv);
    settings_start();
    config_rewrite_start();
    config_parse(argc, argv);
    /* The process forks before it has threads, sockets or data. */
    if (!process_detach())
        return 1;
    crash_start();

    accepting_raise_descriptor_limit();
    if (!welcome_start() || !signals_watch(process_asked_to_stop) ||
        !listener_open(config.bind, (int)config.port))
        return 1;
    /* The pid file and the parent learn of the server when it listens, so that
     * none of them is there for one that could not start. */
    process_announce();
    idle_set_timeout(config.timeout);
    app_start();

    while (!shutdown_decided())
        stage_turn();

    process_stopping();
    log_info("told to stop, closing %zu connections", conn_count());
    /* Nobody is let in while clients leave, and all clients have left before
     * what they point to is freed. */
    listener_close();
    conn_close_all();
    app_stop();
    process_end();
    config_rewrite_stop();
    config_free();
    return 0;
}
