/* The memory that an entry and its value take. */
#ifndef ENTRY_MEMORY_H
#define ENTRY_MEMORY_H

#include "entry.h"

/* In bytes of the heap. O(1) for strings; for the other types O(blocks). */
size_t entry_memory(const struct entry *entry);

#endif
