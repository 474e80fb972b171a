/* Delays for each key that is saved or loaded, for tests that need these to
 * take long: rdb-key-save-delay and key-load-delay, in microseconds. With a
 * negative number, -n, one key in n is delayed, by one microsecond. */
#ifndef KEY_DELAY_H
#define KEY_DELAY_H

#include <stdint.h>

extern int64_t key_load_delay, key_save_delay;

/* Sleeps for one key. */
void key_delay(int64_t delay);

#endif
