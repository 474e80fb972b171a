/* Threads beside the loop, for work that would make clients wait. Each runs its
 * jobs one after the other, in the order in which they were given. Syncing has
 * a thread of its own: an acknowledged write must not wait for its sync behind
 * a file that takes a second to delete. Nor must memory wait to be freed behind
 * the syncs of files that are replaced. */
#ifndef BACKGROUND_H
#define BACKGROUND_H

enum background {
    BACKGROUND_CLEANING,  /* deletes files, and frees memory */
    BACKGROUND_SYNCING,   /* brings files to disk */
    BACKGROUND_REPLACING, /* replaces files, with all the syncs it takes */
    BACKGROUND_THREADS
};

/* Gives a thread a job, which owns what it is given. The thread is started with
 * its first job. If it cannot be started, the job runs at once. */
void background_run(enum background which, void (*run)(void *context),
                    void *context);

/* Waits until a thread has run all of its jobs. */
void background_wait(enum background which);

/* Waits for all jobs and ends the threads. */
void background_stop(void);

#endif
