/* The signals that ask the server to stop: SIGTERM and SIGINT. SIGPIPE is
 * ignored, so that a write to a peer that has left is an error like others; and
 * so is SIGHUP, since a server outlives the terminal that started it. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

/* From now on asked is called, from the loop, with the number of each such
 * signal. Returns false, after a line in the log, on failure. */
bool signals_watch(void (*asked)(int signal));

#endif
