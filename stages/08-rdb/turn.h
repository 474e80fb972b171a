/* One turn of the server. */
#ifndef TURN_H
#define TURN_H

/* Sends what was answered, and waits for more to do; then does it. */
void turn_run(void);

#endif
