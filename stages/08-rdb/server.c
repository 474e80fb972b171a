/* A server that keeps its data on disk. */
#include "accepting.h"
#include "app.h"
#include "config.h"
#include "conn.h"
#include "listener.h"
#include "log.h"
#include "settings.h"
#include "shutdown.h"
#include "signals.h"
#include "stage.h"
#include "xalloc.h"

static void stop(int signal) {
    (void)signal;
    (void)shutdown_now(SHUTDOWN_DEFAULT, false);
}

int main(int argc, char **argv) {
    xalloc_start();
    settings_start();
    config_parse(argc, argv);

    accepting_raise_descriptor_limit();
    if (!signals_watch(stop) || !listener_open(config.bind, (int)config.port))
        return 1;
    idle_set_timeout(config.timeout);
    app_start();

    while (!shutdown_decided())
        stage_turn();

    log_info("told to stop, closing %zu connections", conn_count());
    listener_close();
    conn_close_all();
    app_stop();
    config_free();
    return 0;
}
