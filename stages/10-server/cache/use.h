/* The use of an entry: how it is recorded, and how a cache judges it.
 *
 * An entry has 24 bits for it. The policy of the cache decides which of three
 * things they mean:
 *
 *     seconds      when it was last used; enough for OBJECT IDLETIME
 *     ticks        the same in units of 16 ms, so that a cache whose contents
 *                  change within seconds can tell old from older
 *     frequency    a counter of uses in 8 bits, and in 16 bits the minute in
 *                  which the counter was last decremented
 *
 * The counter is logarithmic (Morris, "Counting large numbers of events in
 * small registers", CACM 1978): the higher it stands, the less likely the next
 * use increments it. It loses one for each lfu-decay-time minutes that pass. */
#ifndef USE_H
#define USE_H

#include <stdint.h>

#include "entry.h"

enum use_meaning { USE_SECONDS, USE_TICKS, USE_FREQUENCY };

/* Sets the meaning from now on. Between the two meanings that are times,
 * marks that were made before remain comparable; a counter cannot be read as
 * a time. */
void use_mean(enum use_meaning meaning);
enum use_meaning use_means(void);

/* Returns how well the entry can be spared: the larger, the better. */
uint32_t use_age(const struct entry *entry);

/* Returns the counter, decremented for the minutes that have passed. */
uint8_t use_frequency(const struct entry *entry);

/* Sets the counter of a new entry, if the policy goes by frequency. */
void use_begin_frequency(struct entry *entry, uint8_t frequency);

#endif
