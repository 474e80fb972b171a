/* When keys were last used: 24 bits in each entry hold the time.
 *
 * A new entry counts as used. An entry is written to only if its time changes:
 * the first write to a page that a forked child shares copies the page. */
#ifndef KEY_USE_H
#define KEY_USE_H

#include <stdint.h>

#include "entry.h"

/* Notes that a client reads the entry, or gives it another value. */
void key_use(struct entry *entry);

/* Sets the time of a new entry, or of one that has not been used for that
 * long. */
void key_use_begin(struct entry *entry, uint64_t idle_seconds);

/* Returns the seconds since the entry was last used. */
uint32_t key_idle_seconds(const struct entry *entry);

#endif
