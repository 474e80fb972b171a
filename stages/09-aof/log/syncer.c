#include "syncer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "log.h"

static pthread_t thread;
static bool started;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int wanted = -1; /* the file; or -1: there is nothing to do */
static bool busy, stopping;
static int last_error;

static void *work(void *unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    while (!stopping) {
        if (wanted < 0) {
            pthread_cond_wait(&changed, &mutex);
            continue;
        }
        int fd = wanted;
        wanted = -1;
        pthread_mutex_unlock(&mutex);
        int error = fdatasync(fd) == 0 ? 0 : errno;
        pthread_mutex_lock(&mutex);
        last_error = error;
        busy = false;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

/* Signals are the loop's. */
static void start(void) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    started = pthread_create(&thread, NULL, work, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!started)
        log_warn("no thread to sync files: clients wait instead");
}

void syncer_begin(int fd) {
    if (!started)
        start();
    if (!started) {
        last_error = fdatasync(fd) == 0 ? 0 : errno;
        return;
    }
    pthread_mutex_lock(&mutex);
    wanted = fd;
    busy = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

bool syncer_busy(void) {
    pthread_mutex_lock(&mutex);
    bool is_busy = busy;
    pthread_mutex_unlock(&mutex);
    return is_busy;
}

int syncer_error(void) {
    pthread_mutex_lock(&mutex);
    int error = last_error;
    pthread_mutex_unlock(&mutex);
    return error;
}

void syncer_wait(void) {
    pthread_mutex_lock(&mutex);
    while (busy)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
}

void syncer_stop(void) {
    if (!started)
        return;
    syncer_wait();
    pthread_mutex_lock(&mutex);
    stopping = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
    started = stopping = false;
}
