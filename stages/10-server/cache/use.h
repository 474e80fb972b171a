/* The use of an entry: how it is remembered, and how a cache judges it.
 *
 * The 24 bits of an entry mean one of three things, and the policy of the cache
 * chooses:
 *
 *     seconds      when it was last used; enough for OBJECT IDLETIME
 *     ticks        the same in units of 16 ms, so that a cache that is turned
 *                  over within seconds can tell old from older
 *     frequency    a counter of uses in 8 bits, and in 16 bits the minute in
 *                  which it was last brought down
 *
 * The counter is logarithmic (Morris, "Counting large numbers of events in
 * small registers", CACM 1978): the more it has counted, the less likely the
 * next use counts. It loses one for each lfu-decay-time minutes that pass. */
#ifndef USE_H
#define USE_H

#include <stdint.h>

#include "entry.h"

enum use_meaning { USE_SECONDS, USE_TICKS, USE_FREQUENCY };

/* Sets the meaning from now on. Marks set before still tell how old
 * the use is if both meanings are times; a counter cannot be read as a time. */
void use_mean(enum use_meaning meaning);
enum use_meaning use_means(void);

/* How well the entry can be spared: the larger, the better. */
uint32_t use_age(const struct entry *entry);

/* The counter, as it is by now. */
uint8_t use_frequency(const struct entry *entry);

/* Lets it begin with that, where it is kept. */
void use_begin_frequency(struct entry *entry, uint8_t frequency);

#endif
