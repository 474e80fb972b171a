/* Threads beside the loop, for work that would make clients wait. Each runs its
 * jobs one after the other, in the order in which they were given. Syncing has
 * a thread of its own: an acknowledged write must not wait for its sync behind
 * a file that takes a second to delete. */
#ifndef BACKGROUND_H
#define BACKGROUND_H

#include <pthread.h>
#include <stdbool.h>

/* A thread. Its owner begins with zeros; the rest is up to background.c. */
struct background {
    pthread_t thread;
    bool started;
    struct job *first, *last; /* the first one runs, the others wait */
    struct background *next;  /* of all that were started */
};

extern struct background background_cleaning; /* deletes, and frees memory */
extern struct background background_syncing;  /* brings files to disk */

/* Gives a thread a job, which owns what it is given. The thread is started with
 * its first job. If it cannot be started, the job runs at once. */
void background_run(struct background *worker, void (*run)(void *context),
                    void *context);

/* Waits until a thread has run all of its jobs. */
void background_wait(struct background *worker);

/* Waits for all jobs and ends the threads. */
void background_stop(void);

#endif
