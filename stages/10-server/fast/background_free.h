/* Frees beside the loop what would take long: a whole database, or a block of
 * many megabytes. */
#ifndef BACKGROUND_FREE_H
#define BACKGROUND_FREE_H

#include <stddef.h>

/* Gives the other thread (background.h) a job that frees this many bytes, some
 * of them given by malloc. If too many wait already, the caller does the job,
 * or waits for the thread. So the memory that waits to be freed is bounded,
 * however fast it is produced. */
void background_free(void (*run)(void *context), void *context, size_t bytes,
                     size_t of_malloc);

/* Returns how many of malloc's bytes belong to jobs that are not done. */
size_t background_free_of_malloc(void);

#endif
