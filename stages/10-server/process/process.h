/* The server as a process of the system: it may run in the background, tells a
 * supervisor that it is ready, writes its process id to a file, and shows in
 * the list of processes where it listens.
 *
 * The order of a start: process_begin() first of all in main(),
 * process_detach() when the settings are known, process_announce() when the
 * server listens, process_ready() when it has its data. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>

/* Remembers where the arguments lie, which the title will overwrite. */
void process_begin(int argc, char **argv);

/* Goes into the background, if the settings ask for it; the caller goes on as
 * the child. Directs the log to where it belongs. Returns false, after a line
 * in the log, on failure. */
bool process_detach(void);

/* Writes the file with the process id, and sets the title and the number for
 * oom_score.h. */
void process_announce(void);

/* Tell the supervisor that clients may connect, and that the server stops. */
void process_ready(void);
void process_stopping(void);

/* Stops the server because of a signal, in the way that the settings choose. A
 * SIGINT that comes while this is still going on ends the process at once. */
void process_asked_to_stop(int signal);

/* Returns the name of the supervisor: "no", "upstart" or "systemd". */
const char *process_supervisor(void);

/* Removes the file with the process id, at the end of the program. */
void process_end(void);

#endif
