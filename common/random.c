#include "random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "log.h"

void random_secret(void *out, size_t len) {
    ssize_t got;
    /* It may wait for the system to gather randomness, early after a boot. */
    do
        got = getrandom(out, len, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)len) {
        log_error("no random bytes from the system: %s", strerror(errno));
        abort();
    }
}

/* SplitMix64 (Steele, Lea and Flood, 2014), seeded by the system. */
uint64_t random_bits(void) {
    static uint64_t state;
    /* Should the state come to be 0 later, it is only drawn once more. */
    if (state == 0)
        random_secret(&state, sizeof state);
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
