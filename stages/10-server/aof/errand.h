/* An errand: work that a thread does beside the loop, which hears of its end.
 *
 *     static struct errand syncing = {.work = sync_file, .ended = synced};
 *     errand_begin(&syncing, &background_syncing);
 *
 * What the work uses belongs to it until ended is called. */
#ifndef ERRAND_H
#define ERRAND_H

#include <stdatomic.h>
#include <stdbool.h>

#include "background.h"
#include "timer.h"

/* A third thread: memory must not wait to be freed behind the syncs of files
 * that are replaced. */
extern struct background background_replacing;

struct errand {
    struct timer timer;
    void (*work)(void);  /* called by the thread */
    void (*ended)(void); /* called by the loop, or by errand_finish() */
    struct background *thread;
    atomic_int state;
};

/* Begins an errand, which must not be running. */
void errand_begin(struct errand *errand, struct background *thread);

/* Returns true from errand_begin() until ended is called. */
bool errand_runs(const struct errand *errand);

/* Waits for the work, and calls ended. Does nothing if the errand does not
 * run. */
void errand_finish(struct errand *errand);

#endif
