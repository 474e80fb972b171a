/* The settings of this stage. */
#include "settings.h"

extern const struct setting aof_settings[], auth_settings[];

const struct setting *const setting_families[] = {
    server_settings, auth_settings,  snapshot_settings,
    aof_settings,    limit_settings, NULL,
};
