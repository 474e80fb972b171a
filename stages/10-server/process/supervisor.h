/* The program that started the server, and wants to know when it is ready:
 * systemd (sd_notify(3): a datagram to the socket that NOTIFY_SOCKET names) or
 * upstart (the server stops itself, and is continued). */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include <stdbool.h>

/* Returns true if there is one, and the server must stay in the foreground. */
bool supervisor_waits(void);

/* Tells it; see sd_notify(3) for the text. */
void supervisor_tell(const char *text);

#endif
