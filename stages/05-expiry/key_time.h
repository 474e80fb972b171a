/* The time by which keys live. */
#ifndef KEY_TIME_H
#define KEY_TIME_H

#include <stdint.h>

/* Returns milliseconds since 1970, as they were when the first command of this
 * turn of the loop asked for them: all look-ups of a command see the same time.
 */
int64_t key_time_ms(void);

/* Makes the next call read the clock again, for what belongs to a later moment
 * of this turn. */
void key_time_go_on(void);

#endif
