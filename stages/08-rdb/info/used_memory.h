/* The memory that the program uses. */
#ifndef USED_MEMORY_H
#define USED_MEMORY_H

#include <stddef.h>

/* Bytes that its allocators have given out and not got back. */
size_t used_memory(void);

#endif
