/* Freeing beside the loop what would take long: a whole database, or a block of
 * many megabytes. */
#ifndef BACKGROUND_FREE_H
#define BACKGROUND_FREE_H

#include <stddef.h>

/* A job for the other thread (background.h) that frees so many bytes. If many
 * wait already, the caller does it, or waits for the thread: what is not freed
 * yet is bounded, however fast it is made. */
void background_free(void (*run)(void *context), void *context, size_t bytes);

#endif
