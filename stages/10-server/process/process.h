/* The server as a process of the system: it may run in the background, tells a
 * supervisor how far it is, leaves its number in a file, and shows in the list
 * of processes what it serves.
 *
 * The order of a start: process_begin() before anything else that main() does,
 * process_detach() once the settings are known, process_announce() once the
 * server listens, process_ready() once it has its data. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>

/* Remembers where the arguments lie, which the title will replace. */
void process_begin(int argc, char **argv);

/* Goes into the background if that is asked for: the caller goes on as the
 * child. Directs the log to where it belongs. Returns false, after a word in
 * the log, if that cannot be. */
bool process_detach(void);

/* Writes the file with the number of the process, and sets its title and how
 * soon the system may end it when memory is short. */
void process_announce(void);

/* Tells the supervisor that clients may come; and that the server stops. */
void process_ready(void);
void process_stopping(void);

/* A signal asks the server to stop: does so as the settings say. */
void process_asked_to_stop(int signal);

/* The name of the supervisor: "no", "upstart", "systemd". */
const char *process_supervisor(void);

/* Removes the file with the number, at the end of the program. */
void process_end(void);

#endif
