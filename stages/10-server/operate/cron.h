/* The server's work by the clock, which nobody asks for, and DEBUG PAUSE-CRON,
 * which stops it for tests: expired keys stay, silent clients too, no child is
 * forked, and replicas and primaries hear only what has changed. */
#ifndef CRON_H
#define CRON_H

#include <stdbool.h>

/* Looked at by those whose timer runs once in a while. They stay awake during a
 * pause, and do nothing. */
extern bool cron_paused;

#endif
