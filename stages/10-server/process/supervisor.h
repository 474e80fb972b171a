/* The supervisor: the program that started the server and wants to know when it
 * is ready. systemd gets a datagram on the socket that NOTIFY_SOCKET names
 * (sd_notify(3)); for upstart the server stops itself and is continued. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include <stdbool.h>

/* Returns true if there is a supervisor, for which the server must stay in the
 * foreground. */
bool supervisor_waits(void);

/* Sends it a text in the form of sd_notify(3). */
void supervisor_tell(const char *text);

#endif
