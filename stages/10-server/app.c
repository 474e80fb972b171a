/* What this stage starts before the first connection, and stops after the
 * last. */
#include "app.h"

#include "background.h"
#include "blocking.h"
#include "command.h"
#include "config.h"
#include "expire.h"
#include "info.h"
#include "keyspace.h"
#include "loading.h"
#include "log.h"
#include "persistence.h"
#include "pipeline.h"
#include "reaper.h"

static void loaded(void) {
    persistence_start();
    log_info("ready on port %d", (int)config.port);
}

void app_start(void) {
    command_start();
    keyspace_start();
    blocking_start();
    info_start();
    loading_start(loaded);
}

void app_stop(void) {
    loading_stop();
    persistence_stop();
    blocking_stop();
    expire_stop();
    pipeline_stop();
    keyspace_stop();
    reaper_stop();
    background_stop();
    command_stop();
}
