/* The settings of this stage. */
#include "settings.h"

const struct setting *const setting_families[] = {
    server_settings,
    snapshot_settings,
    limit_settings,
    NULL,
};
