#include "spare.h"

#include <assert.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#include "background.h"
#include "buf.h"
#include "forbid.h"
#include "loop.h"
#include "timer.h"

/* The beginning of a kept block. The list of a bin has the block on top that
 * was kept last. */
struct spare {
    struct spare *next;
    size_t room;
    bool is_new; /* it came after the last look */
};

/* A bin holds sizes that differ by less than a quarter: there are four for each
 * doubling, and the last one holds all that is larger. */
enum { LEAST_BITS = 14, BINS = 4 * 13, LOOK_US = 1000000 };
static_assert(SPARE_LEAST == 1 << LEAST_BITS, "the first bin begins there");
static_assert(BUF_BLOCK >= (int)SPARE_LEAST,
              "buffers find their first blocks here");

static void on_look(struct timer *timer);

static struct {
    struct spare *bins[BINS];
    size_t bytes, limit;
    struct timer look; /* runs as long as blocks are kept */
} spares = {.limit = SPARE_MOST, .look = {.expired = on_look}};

static unsigned bin_of(size_t size) {
    unsigned bits = 63 - (unsigned)__builtin_clzll(size);
    unsigned quarter = (unsigned)(size >> (bits - 2)) & 3;
    unsigned bin = (bits - LEAST_BITS) * 4 + quarter;
    return bin < BINS ? bin : BINS - 1;
}

static pthread_t main_thread;

static void __attribute__((constructor)) note_main_thread(void) {
    main_thread = pthread_self();
}

static bool is_main_thread(void) {
    return pthread_equal(pthread_self(), main_thread);
}

size_t spare_room(void *block) {
    return malloc_usable_size(block);
}

size_t spare_bytes(void) {
    return spares.bytes;
}

void spare_limit(size_t bytes) {
    spares.limit = bytes < SPARE_MOST ? bytes : SPARE_MOST;
}

/* Takes a block out of its list. */
static struct spare *unlink_spare(struct spare **at) {
    struct spare *spare = *at;
    *at = spare->next;
    spares.bytes -= spare->room;
    ALLOW(spare, spare->room);
    return spare;
}

void *spare_take(size_t size, size_t most) {
    if (size < SPARE_LEAST || !is_main_thread() || spares.bytes == 0)
        return NULL;
    for (unsigned bin = bin_of(size), last = bin_of(most); bin <= last; bin++) {
        const struct spare *top = spares.bins[bin];
        /* The first and the last of these bins may hold other sizes, too. The
         * blocks below the top one are rarely better. */
        if (top != NULL && top->room >= size && top->room <= most)
            return unlink_spare(&spares.bins[bin]);
    }
    return NULL;
}

bool spare_keep(void *block) {
    if (!is_main_thread())
        return false;
    size_t room = spare_room(block);
    if (room < SPARE_LEAST || spares.bytes + room > spares.limit)
        return false;
    struct spare *spare = block, **bin = &spares.bins[bin_of(room)];
    *spare = (struct spare){*bin, room, true};
    *bin = spare;
    spares.bytes += room;
    FORBID(spare + 1, room - sizeof *spare);
    if (spares.look.slot == 0)
        timer_start(&spares.look, loop_now_us() + LOOK_US);
    return true;
}

/* Frees the blocks that nobody has asked for since the last look. Unmapping so
 * much may take a millisecond, so the other thread does it. */
static void free_old(struct spare **bin) {
    while (*bin != NULL) {
        if ((*bin)->is_new) {
            (*bin)->is_new = false;
            bin = &(*bin)->next;
        } else
            background_run(&background_cleaning, free, unlink_spare(bin));
    }
}

static void on_look(struct timer *timer) {
    for (unsigned bin = 0; bin < BINS; bin++)
        free_old(&spares.bins[bin]);
    if (spares.bytes > 0)
        timer_start(timer, timer->due_us + LOOK_US);
}
