#include "key_use.h"

#include "loop.h"

/* An entry has 24 bits for the time, so after 194 days without a use a key
 * looks as if it had just been used. */
enum { MOST = 0xffffff };

/* Returns the seconds on the loop's clock, as entries keep them. */
static uint32_t now_seconds(void) {
    return (uint32_t)(loop_now_us() / 1000000) & MOST;
}

void key_use(struct entry *entry) {
    uint32_t now = now_seconds();
    if (entry_used(entry) != now)
        entry_set_used(entry, now);
}

void key_use_begin(struct entry *entry, uint64_t idle_seconds) {
    uint32_t idle = idle_seconds < MOST ? (uint32_t)idle_seconds : MOST;
    entry_set_used(entry, (now_seconds() - idle) & MOST);
}

uint32_t key_idle_seconds(const struct entry *entry) {
    return (now_seconds() - entry_used(entry)) & MOST;
}
