/* CONFIG REWRITE writes the settings that are not at their defaults, so it must
 * know these. */
#ifndef CONFIG_REWRITE_H
#define CONFIG_REWRITE_H

/* Remembers the present value of each setting as its default. To be called
 * before anything is set. */
void config_rewrite_start(void);
void config_rewrite_stop(void);

#endif
