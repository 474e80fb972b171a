/* A thread beside the loop, for work that would make clients wait, such as
 * deleting a large file. Jobs run one after the other, in the order in which
 * they were given. */
#ifndef BACKGROUND_H
#define BACKGROUND_H

#include <stddef.h>

/* The thread starts with the first job. The job owns what it is given. */
void background_run(void (*run)(void *context), void *context);

/* Waits for all jobs and ends the thread. */
void background_stop(void);

#endif
