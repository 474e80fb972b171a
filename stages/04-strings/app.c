/* What this stage starts before the first connection, and stops after the
 * last. */
#include "app.h"

#include <inttypes.h>

#include "command.h"
#include "keyspace.h"
#include "log.h"

void app_start(void) {
    command_start();
    keyspace_start();
}

void app_stop(void) {
    if (keyspace_changes() > 0)
        log_info("%" PRIu64 " changes go with us: this stage keeps nothing on "
                 "disk",
                 keyspace_changes());
    keyspace_stop();
    command_stop();
}
