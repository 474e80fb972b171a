/* CONFIG REWRITE writes what has not its default, so it has to know that. */
#ifndef CONFIG_REWRITE_H
#define CONFIG_REWRITE_H

/* Remembers the value that each setting has at this moment: its default, as
 * long as nothing has been set. */
void config_rewrite_start(void);
void config_rewrite_stop(void);

#endif
