/* The memory that the program uses. */
#ifndef USED_MEMORY_H
#define USED_MEMORY_H

#include <stddef.h>

/* Returns the bytes that the allocators have given out. */
size_t used_memory(void);

/* Returns the bytes that they hold: those given out, and free ones in between.
 * To be called after used_memory(): both figures are of the same moment. */
size_t active_memory(void);

#endif
