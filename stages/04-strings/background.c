#include "background.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "log.h"
#include "xalloc.h"

enum { WAITING_MAX = 64 << 20 /* bytes that may wait to be freed */ };

struct job {
    struct job *next;
    void (*run)(void *context);
    void *context;
    size_t bytes; /* that it frees */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static struct job *first, **last = &first;
static size_t waiting; /* bytes of the jobs that are not done */
static bool started, stopping;
static pthread_t thread;

static struct job *take_job(void) {
    pthread_mutex_lock(&lock);
    while (first == NULL && !stopping)
        pthread_cond_wait(&wake, &lock);
    struct job *job = first;
    if (job != NULL) {
        first = job->next;
        if (first == NULL)
            last = &first;
    }
    pthread_mutex_unlock(&lock);
    return job;
}

static void *run_jobs(void *unused) {
    (void)unused;
    for (struct job *job; (job = take_job()) != NULL;) {
        job->run(job->context);
        pthread_mutex_lock(&lock);
        waiting -= job->bytes;
        pthread_cond_signal(&done);
        pthread_mutex_unlock(&lock);
        free(job);
    }
    return NULL;
}

/* Signals are for the thread that runs the loop. */
static bool start(void) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int problem = pthread_create(&thread, NULL, run_jobs, NULL);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return problem == 0;
}

static void give(void (*run)(void *context), void *context, size_t bytes) {
    if (!started && !start()) {
        log_warn("no thread to be had: freeing memory while clients wait");
        run(context);
        return;
    }
    started = true;
    struct job *job = xmalloc(sizeof *job);
    *job = (struct job){.run = run, .context = context, .bytes = bytes};
    pthread_mutex_lock(&lock);
    *last = job;
    last = &job->next;
    waiting += bytes;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
}

void background_run(void (*run)(void *context), void *context) {
    give(run, context, 0);
}

/* Whether the thread gets so many bytes more to free. If it has fallen behind,
 * the caller does what is less work: free them itself, or wait until it has
 * caught up. */
static bool may_have(size_t bytes) {
    pthread_mutex_lock(&lock);
    bool may = waiting <= WAITING_MAX || bytes > waiting;
    while (may && waiting > WAITING_MAX)
        pthread_cond_wait(&done, &lock);
    pthread_mutex_unlock(&lock);
    return may;
}

void background_free(void (*run)(void *context), void *context, size_t bytes) {
    if (may_have(bytes))
        give(run, context, bytes);
    else
        run(context);
}

void background_stop(void) {
    if (!started)
        return;
    pthread_mutex_lock(&lock);
    stopping = true;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    started = stopping = false;
}
