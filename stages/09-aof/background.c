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
static size_t unfinished;          /* jobs of all of them */
static bool stopping;

/* The lock of all workers. It is held for a few instructions at a time. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *run_jobs(void *context) {
    struct background *worker = context;
    pthread_mutex_lock(&lock);
    while (worker->first != NULL || !stopping) {
        struct job *job = worker->first;
        if (job == NULL) {
            pthread_cond_wait(&changed, &lock);
            continue;
        }
        pthread_mutex_unlock(&lock);
        job->run(job->context);
        pthread_mutex_lock(&lock);
        worker->first = job->next;
        free(job);
        unfinished--;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
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
    unfinished++;
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
    while (worker->first != NULL)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

void background_stop(void) {
    pthread_mutex_lock(&lock);
    /* All jobs first: one of them may give another thread its first job, which
     * starts that thread. */
    while (unfinished > 0)
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
