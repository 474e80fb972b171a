/* The thread beside the loop: what it has not freed yet is bounded. A job that
 * waits for the test keeps it busy, so nothing here depends on time. */
#include "background.h"
#include "background_free.h"

#include <pthread.h>
#include <time.h>

#include "unit.h"

enum { JOBS = 100, MIB = 1 << 20 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_t loop_thread;
static size_t here, beside; /* jobs done by this thread, and by the other */

static void wait_at_gate(void *unused) {
    (void)unused;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
}

static void count(void *unused) {
    (void)unused;
    if (pthread_equal(pthread_self(), loop_thread))
        here++;
    else
        beside++;
}

static void test_bounded(void) {
    loop_thread = pthread_self();
    here = beside = 0;
    pthread_mutex_lock(&gate);
    background_run(&background_cleaning, wait_at_gate, NULL);
    for (int i = 0; i < JOBS; i++)
        background_free(count, NULL, 10 * MIB, MIB);
    CHECK(here >= JOBS - 10);
    CHECK(here < JOBS);
    CHECK_INT(background_free_of_malloc(), (JOBS - here) * MIB);
    pthread_mutex_unlock(&gate);
    /* Larger than all that waits: this one waits for the thread. */
    background_free(count, NULL, (size_t)1024 * MIB, 0);
    background_stop();
    CHECK_INT(here + beside, JOBS + 1);
    CHECK_INT(background_free_of_malloc(), 0);
}

static void test_small_ones_and_others(void) {
    here = beside = 0;
    pthread_mutex_lock(&gate);
    background_free(wait_at_gate, NULL, (size_t)1024 * MIB, 0);
    background_run(&background_cleaning, count, NULL);
    background_free(count, NULL, 1, 0);
    CHECK_INT(here, 1);
    pthread_mutex_unlock(&gate);
    background_stop();
    CHECK_INT(beside, 1);
}

static void count_there(void *unused) {
    (void)unused;
    beside++;
}

/* Gives another thread its first job, while the loop waits for all. */
static void give_on(void *unused) {
    struct timespec while_it_stops = {0, 50000000};
    (void)unused;
    nanosleep(&while_it_stops, NULL);
    background_run(&background_cleaning, count_there, NULL);
}

static void test_job_at_the_end(void) {
    beside = 0;
    background_run(&background_syncing, give_on, NULL);
    background_stop();
    CHECK_INT(beside, 1);
    CHECK(!background_cleaning.started);
    CHECK(!background_syncing.started);
}

int main(void) {
    unit_test("background: a job gives another thread its first at the end",
              test_job_at_the_end);
    unit_test("background: what waits to be freed is bounded", test_bounded);
    unit_test("background: jobs that free nothing are never done here",
              test_small_ones_and_others);
    return unit_end();
}
