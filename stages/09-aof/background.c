#include "background.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "log.h"
#include "xalloc.h"

struct job {
    struct job *next;
    void (*run)(void *context);
    void *context;
};

static struct worker {
    pthread_t thread;
    bool started, busy;
    struct job *first, *last;
} workers[BACKGROUND_THREADS];
static bool stopping;

/* The lock of all workers. It is held for a few instructions at a time. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* Ends the previous job, and waits for the next one. Returns NULL if there will
 * be none. */
static struct job *next_job(struct worker *worker) {
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
static void start(struct worker *worker) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    worker->started =
        pthread_create(&worker->thread, NULL, run_jobs, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void add_job(struct worker *worker, struct job *job) {
    pthread_mutex_lock(&lock);
    if (worker->first == NULL)
        worker->first = job;
    else
        worker->last->next = job;
    worker->last = job;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void background_run(enum background which, void (*run)(void *context),
                    void *context) {
    struct worker *worker = &workers[which];
    if (!worker->started)
        start(worker);
    if (!worker->started) {
        log_warn("no thread to be had: clients wait for what it would do");
        run(context);
        return;
    }
    struct job *job = xmalloc(sizeof *job);
    *job = (struct job){.run = run, .context = context};
    add_job(worker, job);
}

void background_wait(enum background which) {
    pthread_mutex_lock(&lock);
    while (workers[which].first != NULL || workers[which].busy)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

void background_stop(void) {
    pthread_mutex_lock(&lock);
    stopping = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < BACKGROUND_THREADS; i++)
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < BACKGROUND_THREADS; i++)
        workers[i].started = false;
    stopping = false;
}
