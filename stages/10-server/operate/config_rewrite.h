/* CONFIG REWRITE writes the settings that are not at their defaults, so it must
 * know these. */
#ifndef CONFIG_REWRITE_H
#define CONFIG_REWRITE_H

#include <stdbool.h>

#include "settings.h"

/* Remembers the present value of each setting as its default. To be called
 * before anything is set. */
void config_rewrite_start(void);
void config_rewrite_stop(void);

/* Returns true if a setting has its default. */
bool config_is_default(const struct setting *setting);

#endif
