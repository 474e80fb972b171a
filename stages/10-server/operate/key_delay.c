#include "key_delay.h"

#include <time.h>

#include "random.h"
#include "settings.h"

int64_t key_load_delay, key_save_delay;

void key_delay(int64_t delay) {
    if (delay < 0)
        /* It becomes 1 for one key in n, and 0 for the others. */
        delay = random_bits() % (uint64_t)-delay == 0;
    if (delay == 0)
        return;
    struct timespec time = {delay / 1000000, delay % 1000000 * 1000};
    (void)nanosleep(&time, NULL); /* a signal ends it early, and may */
}

const struct setting delay_settings[] = {
    {"key-load-delay", SETTING_NUMBER, SETTING_HIDDEN, &key_load_delay,
     .min = INT32_MIN, .max = INT32_MAX},
    {"rdb-key-save-delay", SETTING_NUMBER, SETTING_HIDDEN, &key_save_delay,
     .min = INT32_MIN, .max = INT32_MAX},
    {0},
};
