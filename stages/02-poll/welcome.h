/* Receives a connection that has just been accepted. */
#ifndef WELCOME_H
#define WELCOME_H

/* Takes over a connected, non-blocking socket. In this stage everybody is let
 * in. */
void welcome(int fd);

#endif
