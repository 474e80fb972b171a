/* When keys were last used: 24 bits in each entry say it.
 *
 * An entry that is added counts as used. It is written to only when what it
 * says changes: a page that a forked child shares is copied by the first write
 * to it. */
#ifndef KEY_USE_H
#define KEY_USE_H

#include <stdint.h>

#include "entry.h"

/* A client reads the entry, or gives it another value. */
void key_use(struct entry *entry);

/* The entry is new; or it has not been used for so long. */
void key_use_begin(struct entry *entry, uint64_t idle_seconds);

/* Seconds since it was last used. */
uint32_t key_idle_seconds(const struct entry *entry);

#endif
