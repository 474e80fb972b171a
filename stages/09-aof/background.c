#include "background.h"

#include <signal.h>
#include <stdlib.h>

#include "log.h"
#include "xalloc.h"

struct job {
    struct job *next;
    void (*run)(void *context);
    void *context;
};

struct background background_cleaning, background_syncing;
static struct background *running; /* a list of all that were started */
static bool stopping;

/* The lock of all workers. It is held for a few instructions at a time. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* Ends the previous job, and waits for the next one. Returns NULL if there will
 * be none. */
static struct job *next_job(struct background *worker) {
    pthread_mutex_lock(&lock);
    worker->busy = false;
    pthread_cond_broadcast(&changed);
    while (worker->first == NULL && !stopping)
        pthread_cond_wait(&changed, &lock);
    struct job *job = worker->first;
    if (job != NULL) {
        worker->first = job->next;
        worker->busy = true;
    }
    pthread_mutex_unlock(&lock);
    return job;
}

static void *run_jobs(void *worker) {
    for (struct job *job; (job = next_job(worker)) != NULL;) {
        job->run(job->context);
        free(job);
    }
    return NULL;
}

/* Starts a worker with all signals blocked: they belong to the thread of the
 * loop. */
static bool start(struct background *worker) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    worker->started =
        pthread_create(&worker->thread, NULL, run_jobs, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (!worker->started)
        return false;
    worker->next = running;
    running = worker;
    return true;
}

static void add_job(struct background *worker, void (*run)(void *context),
                    void *context) {
    struct job *job = xmalloc(sizeof *job);
    *job = (struct job){.run = run, .context = context};
    if (worker->first == NULL)
        worker->first = job;
    else
        worker->last->next = job;
    worker->last = job;
    pthread_cond_broadcast(&changed);
}

void background_run(struct background *worker, void (*run)(void *context),
                    void *context) {
    pthread_mutex_lock(&lock);
    /* Under the lock, since a worker may give another one its first job. */
    bool started = worker->started || start(worker);
    if (started)
        add_job(worker, run, context);
    pthread_mutex_unlock(&lock);
    if (started)
        return;
    log_warn("no thread to be had: clients wait for what it would do");
    /* Not under the lock, since the job may give jobs itself. */
    run(context);
}

void background_wait(struct background *worker) {
    pthread_mutex_lock(&lock);
    while (worker->first != NULL || worker->busy)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

/* Returns true if no thread has a job. Who calls this has the lock. */
static bool all_idle(void) {
    for (const struct background *worker = running; worker != NULL;
         worker = worker->next)
        if (worker->first != NULL || worker->busy)
            return false;
    return true;
}

void background_stop(void) {
    pthread_mutex_lock(&lock);
    /* A job may give another thread its first, which starts it; once all are
     * idle, no more will come. */
    while (!all_idle())
        pthread_cond_wait(&changed, &lock);
    stopping = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    for (; running != NULL; running = running->next) {
        pthread_join(running->thread, NULL);
        running->started = false;
    }
    stopping = false;
}
