/* What an entry takes, with its value. */
#ifndef ENTRY_MEMORY_H
#define ENTRY_MEMORY_H

#include "entry.h"

/* Bytes of the heap. O(1) for strings; for the other types O(their blocks). */
size_t entry_memory(const struct entry *entry);

#endif
