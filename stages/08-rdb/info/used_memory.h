/* The memory that the program uses. */
#ifndef USED_MEMORY_H
#define USED_MEMORY_H

#include <stddef.h>

/* Bytes that its allocators have given out and not got back. */
size_t used_memory(void);

/* Bytes that they hold: those given out, and those that are free in between. */
size_t active_memory(void);

#endif
