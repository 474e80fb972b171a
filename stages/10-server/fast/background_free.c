#include "background_free.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "background.h"
#include "xalloc.h"

enum { WAITING_MAX = 64 << 20 /* bytes that may wait to be freed */ };

struct freeing {
    void (*run)(void *context);
    void *context;
    size_t bytes, of_malloc;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
/* Bytes of the jobs that are not done: all, and those of malloc. */
static size_t waiting, waiting_of_malloc;

static void run(void *context) {
    struct freeing *freeing = context;
    freeing->run(freeing->context);
    pthread_mutex_lock(&lock);
    waiting -= freeing->bytes;
    waiting_of_malloc -= freeing->of_malloc;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
    free(freeing);
}

/* Adds the bytes to those that the other thread has to free, and returns true.
 * If it has fallen behind, does whichever is less work: returns false, so that
 * the caller frees them itself, or waits until the thread has caught up. */
static bool may_wait(size_t bytes, size_t of_malloc) {
    pthread_mutex_lock(&lock);
    /* Waiting takes as long as freeing what the thread has left to free. */
    bool may = waiting <= WAITING_MAX || bytes > waiting;
    while (may && waiting > WAITING_MAX)
        pthread_cond_wait(&done, &lock);
    if (may) {
        waiting += bytes;
        waiting_of_malloc += of_malloc;
    }
    pthread_mutex_unlock(&lock);
    return may;
}

size_t background_free_of_malloc(void) {
    pthread_mutex_lock(&lock);
    size_t bytes = waiting_of_malloc;
    pthread_mutex_unlock(&lock);
    return bytes;
}

void background_free(void (*free_it)(void *context), void *context,
                     size_t bytes, size_t of_malloc) {
    if (!may_wait(bytes, of_malloc)) {
        free_it(context);
        return;
    }
    struct freeing *freeing = xmalloc(sizeof *freeing);
    *freeing = (struct freeing){free_it, context, bytes, of_malloc};
    background_run(&background_cleaning, run, freeing);
}
