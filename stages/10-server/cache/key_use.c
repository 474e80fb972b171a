#include "key_use.h"

#include "clock.h"
#include "loop.h"
#include "random.h"
#include "settings.h"
#include "use.h"

enum {
    /* Stamps and ages are modulo 2^24: an entry that has not been used for 194
     * days, or for 76 hours with ticks, looks young again. */
    MOST = 0xffffff,
    TICK_BITS = 14, /* a tick is 2^14 us */
    COUNT_BITS = 8,
    COUNT_MOST = 255,
    COUNT_FIRST = 5, /* of a key that has just come, so that it may stay */
    MINUTES_MOST = 0xffff
};

static enum use_meaning meaning = USE_SECONDS;
static int64_t log_factor = 10, decay_minutes = 1;

const struct setting use_settings[] = {
    {"lfu-log-factor", SETTING_INT64(log_factor, 0, INT32_MAX)},
    {"lfu-decay-time", SETTING_INT64(decay_minutes, 0, INT32_MAX)},
    {0},
};

/* Time of use. When the unit changes, the stamp goes on counting from where it
 * was, so that older marks can still be told from newer ones. */

static uint32_t changed_stamp; /* at the last change of the unit */
static int64_t changed_us;
static enum use_meaning before; /* the unit of what is older than that */

static uint32_t units(enum use_meaning unit, int64_t us) {
    return (uint32_t)(unit == USE_TICKS ? us >> TICK_BITS : us / 1000000);
}

static uint64_t seconds_of(enum use_meaning unit, uint32_t count) {
    return unit == USE_TICKS ? (uint64_t)count * (1 << TICK_BITS) / 1000000
                             : count;
}

/* It is worked out once in each turn of the loop. */
static uint32_t stamp_now(void) {
    static int64_t known_us = -1;
    static uint32_t known;
    int64_t now_us = loop_now_us();
    if (now_us != known_us) {
        known = (changed_stamp + units(meaning, now_us - changed_us)) & MOST;
        known_us = now_us;
    }
    return known;
}

/* The difference is right across the end of the 24 bits as well. */
static uint32_t age(const struct entry *entry) {
    return (stamp_now() - entry_used(entry)) & MOST;
}

static uint32_t idle_seconds(uint32_t old) {
    /* An age from before the last change of the unit was counted in both. */
    uint32_t since = units(meaning, loop_now_us() - changed_us);
    if (old <= since)
        return (uint32_t)seconds_of(meaning, old);
    return (uint32_t)(seconds_of(meaning, since) +
                      seconds_of(before, old - since));
}

/* Rounded up, so that turning it back into seconds gives no less. */
static uint32_t units_up(enum use_meaning unit, int64_t us) {
    return units(unit, us + (unit == USE_TICKS ? 1 << TICK_BITS : 1000000) - 1);
}

/* The inverse: the age of an entry that has been idle for so many seconds. */
static uint32_t age_of(uint64_t seconds) {
    int64_t us = (int64_t)(seconds < MOST ? seconds : MOST) * 1000000;
    int64_t since_us = loop_now_us() - changed_us;
    uint32_t old = us <= since_us ? units_up(meaning, us)
                                  : units(meaning, since_us) +
                                        units_up(before, us - since_us);
    return old < MOST ? old : MOST;
}

/* Frequency of use. */

/* As above, it is worked out once in each turn of the loop: an eviction asks
 * for it with each key that it looks at. */
static uint32_t minute_now(void) {
    static int64_t known_us = -1;
    static uint32_t known;
    if (loop_now_us() != known_us) {
        known = (uint32_t)(clock_wall_us() / 60000000) & MINUTES_MOST;
        known_us = loop_now_us();
    }
    return known;
}

/* Decrements that are due are worked out, not stored: reading must not write to
 * a page that a snapshot's child shares. */
uint8_t use_frequency(const struct entry *entry) {
    uint32_t stamp = entry_used(entry), count = stamp & COUNT_MOST;
    uint32_t minutes = (minute_now() - (stamp >> COUNT_BITS)) & MINUTES_MOST;
    uint32_t lost = decay_minutes > 0 ? minutes / (uint32_t)decay_minutes : 0;
    return (uint8_t)(count > lost ? count - lost : 0);
}

void use_begin_frequency(struct entry *entry, uint8_t frequency) {
    entry_set_used(entry, minute_now() << COUNT_BITS | frequency);
}

/* Draws whether a use increments the counter: with the probability 1 / (above *
 * log_factor + 1), as Redis's LFULogIncr(). With the default factor of 10,
 * about a million uses take it to 255. */
static bool counts(uint32_t count) {
    if (count >= COUNT_MOST)
        return false;
    uint32_t above = count > COUNT_FIRST ? count - COUNT_FIRST : 0;
    double one_in = (double)above * (double)log_factor + 1;
    /* 53 bits make a fraction from 0 up to, but without, 1. */
    return (double)(random_bits() >> 11) * 0x1p-53 * one_in < 1;
}

static void count_use(struct entry *entry) {
    uint32_t count = use_frequency(entry);
    uint32_t stamp = minute_now() << COUNT_BITS | (count + counts(count));
    /* As below, an entry is written to only if that changes something. */
    if (stamp != entry_used(entry))
        entry_set_used(entry, stamp);
}

/* Both meanings. */

void use_mean(enum use_meaning wanted) {
    if (wanted == meaning)
        return;
    /* The stamp is worked out in the old unit, and goes on in the new one. */
    changed_stamp = stamp_now();
    changed_us = loop_now_us();
    before = meaning;
    meaning = wanted;
}

enum use_meaning use_means(void) {
    return meaning;
}

uint32_t use_age(const struct entry *entry) {
    if (meaning == USE_FREQUENCY)
        return COUNT_MOST - use_frequency(entry);
    return age(entry);
}

void key_use(struct entry *entry) {
    if (meaning == USE_FREQUENCY) {
        count_use(entry);
        return;
    }
    /* Most keys that are read often have this stamp already. Writing it again
     * would copy a page that a snapshot's child shares. */
    uint32_t now = stamp_now();
    if (entry_used(entry) != now)
        entry_set_used(entry, now);
}

void key_use_begin(struct entry *entry, uint64_t idle) {
    if (meaning == USE_FREQUENCY) {
        use_begin_frequency(entry, COUNT_FIRST);
        return;
    }
    entry_set_used(entry, (stamp_now() - age_of(idle)) & MOST);
}

uint32_t key_idle_seconds(const struct entry *entry) {
    return idle_seconds(age(entry));
}
