/* The time that keys live in. */
#ifndef KEY_TIME_H
#define KEY_TIME_H

#include <stdint.h>

/* Milliseconds since 1970, as they were when this turn of the loop began: all
 * look-ups of a turn see the same time. */
int64_t key_time_ms(void);

/* What comes next in this turn belongs to a later moment: the clock is read
 * again. */
void key_time_go_on(void);

#endif
