/* A thread beside the loop, for work that would make clients wait: freeing a
 * whole database, or a value of many megabytes. Jobs run one after the other,
 * in the order in which they were given. */
#ifndef BACKGROUND_H
#define BACKGROUND_H

#include <stddef.h>

/* The thread starts with the first job. The job owns what it is given. */
void background_run(void (*run)(void *context), void *context);

/* The same for a job that frees so many bytes. If many wait already, the caller
 * does it, or waits for the thread: what is not freed yet is bounded, however
 * fast it is made. */
void background_free(void (*run)(void *context), void *context, size_t bytes);

/* Waits for all jobs and ends the thread. */
void background_stop(void);

#endif
