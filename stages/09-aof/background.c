#include "background.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "log.h"
#include "xalloc.h"

struct job {
    struct job *next;
    void (*run)(void *context);
    void *context;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static struct job *first, **last = &first;
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

void background_run(void (*run)(void *context), void *context) {
    if (!started && !start()) {
        log_warn("no thread to be had: clients wait for what it would do");
        run(context);
        return;
    }
    started = true;
    struct job *job = xmalloc(sizeof *job);
    *job = (struct job){.run = run, .context = context};
    pthread_mutex_lock(&lock);
    *last = job;
    last = &job->next;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
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
