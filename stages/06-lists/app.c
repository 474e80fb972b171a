/* What this stage starts before the first connection, and stops after the
 * last. */
#include "app.h"

#include <inttypes.h>

#include "blocking.h"
#include "command.h"
#include "expire.h"
#include "keyspace.h"
#include "log.h"
#include "reaper.h"

void app_start(void) {
    command_start();
    keyspace_start();
    blocking_start();
}

void app_stop(void) {
    if (keyspace_changes() > 0)
        log_info("%" PRIu64 " changes go with us: this stage keeps nothing on "
                 "disk",
                 keyspace_changes());
    blocking_stop();
    expire_stop();
    keyspace_stop();
    reaper_stop();
    command_stop();
}
