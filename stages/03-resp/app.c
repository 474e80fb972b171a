/* What this stage starts before the first connection, and stops after the
 * last. */
#include "app.h"

#include "command.h"

void app_start(void) {
    command_start();
}

void app_stop(void) {
    command_stop();
}
