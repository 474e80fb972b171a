/* Receives a connection that has just been accepted. */
#ifndef WELCOME_H
#define WELCOME_H

/* Takes a connected, non-blocking socket over. Here everybody is let in. */
void welcome(int fd);

#endif
