#include "aside.h"

#include <inttypes.h>
#include <stdio.h>

#include "admit.h"
#include "clock.h"
#include "info.h"
#include "keyspace.h"
#include "rdb_file.h"
#include "rdb_place.h"
#include "string_hash.h"
#include "timer.h"

enum {
    SLICE_KEYS = 64,   /* loaded between two looks at the clock */
    SERVING_US = 5000, /* of a turn, where clients are served */
    SLICE_US = 50000
};

static void load_turn(struct timer *timer);

static struct aside {
    bool runs, serves;
    int64_t began_s;
    struct db *databases[KEYSPACE_MOST]; /* to come; then the old ones */
    struct rdb_file file;
    struct rdb_place place; /* that the file has named so far */
    struct timer timer;
    void (*swapped)(void);
    void (*ended)(const char *wrong);
} aside = {.timer = {.expired = load_turn}};

bool aside_runs(void) {
    return aside.runs;
}

/* Exchanges the keyspace's databases for those that are kept here. Nobody is
 * told. */
static void exchange(void) {
    for (int i = 0; i < keyspace_databases; i++)
        aside.databases[i] = keyspace_put(i, aside.databases[i]);
}

/* Frees the new databases, or after swap() the old ones. */
static void free_databases(void) {
    for (int i = 0; i < keyspace_databases; i++)
        db_free(aside.databases[i]);
}

static void stop(void) {
    aside.runs = false;
    timer_stop(&aside.timer);
    rdb_file_close(&aside.file);
}

void aside_stop(void) {
    if (!aside.runs)
        return;
    stop();
    free_databases();
}

/* Serves the new data from here on. To clients, the old ones are gone as by a
 * flush. */
static void swap(void) {
    /* First those who follow us are cut off: the new data do not continue what
     * they have. */
    aside.swapped();
    exchange(); /* from here on clients see the new */
    for (int i = 0; i < keyspace_databases; i++) {
        if (keyspace_size(aside.databases[i]) > 0)
            stage_flushed(aside.databases[i],
                          keyspace_size(aside.databases[i]));
        stage_replaced(i);
    }
    stage_emptied(false);
}

static enum load_status load_slice(void) {
    int64_t until =
        clock_monotonic_us() + (aside.serves ? SERVING_US : SLICE_US);
    enum load_status status;
    /* The loader adds to the keyspace. No client runs before it is exchanged
     * back; between two slices one may ask for DEBUG RELOAD. */
    exchange();
    rdb_place_exchange(&aside.place);
    do
        status = rdb_file_some(&aside.file, SLICE_KEYS);
    while (status == LOAD_MORE && clock_monotonic_us() < until);
    exchange();
    if (status == LOAD_MORE)
        rdb_place_exchange(&aside.place);
    return status;
}

static void load_turn(struct timer *timer) {
    static char wrong[LOAD_WRONG_SIZE];
    enum load_status status = load_slice();
    if (status == LOAD_MORE) {
        /* A time after this turn's, or the timer would run again within the
         * turn. */
        timer_start(timer, clock_monotonic_us());
        return;
    }
    /* What is wrong goes with the file, which is closed before it is told. */
    snprintf(wrong, sizeof wrong, "%s", aside.file.wrong);
    stop();
    if (status == LOAD_DONE)
        swap();
    free_databases();
    aside.ended(status == LOAD_DONE ? NULL : wrong);
}

/* The first slice is loaded at once. If that is all of it, swapped and ended
 * are called before this returns. */
void aside_load(const char *path, bool serves, void (*swapped)(void),
                void (*ended)(const char *wrong)) {
    aside.file = (struct rdb_file){0};
    if (rdb_file_open(&aside.file, path) != LOAD_MORE) {
        ended(aside.file.wrong);
        return;
    }
    snprintf(aside.file.path, sizeof aside.file.path,
             "what the primary sent"); /* for the log */
    aside.runs = true;
    aside.began_s = clock_wall_us() / 1000000;
    aside.serves = serves;
    aside.swapped = swapped;
    aside.ended = ended;
    aside.place = RDB_PLACE_NONE;
    for (int i = 0; i < keyspace_databases; i++)
        aside.databases[i] = db_new(keyspace_heap(), string_hash);
    load_turn(&aside.timer);
}

void aside_info(struct buf *out) {
    struct load_progress progress = {0};
    rdb_file_progress(&aside.file, &progress);
    info_line(out, "loading:%d", !aside.serves);
    info_line(out, "async_loading:%d", aside.serves);
    info_line(out, "loading_start_time:%" PRId64, aside.began_s);
    info_line(out, "loading_total_bytes:%" PRIu64, progress.total);
    info_line(out, "loading_loaded_bytes:%" PRIu64, progress.bytes);
    info_line(out, "loading_loaded_perc:%.2f",
              100.0 * (double)progress.bytes / (double)progress.total);
    info_line(out, "rdb_last_load_keys_expired:%" PRIu64, progress.expired);
    info_line(out, "rdb_last_load_keys_loaded:%" PRIu64, progress.keys);
}

bool aside_admits(struct client *client, const struct command *command) {
    if (!aside.runs || (aside.serves ? !(command->flags & CMD_NO_ASYNC_LOADING)
                                     : (command->flags & CMD_LOADING) != 0))
        return true;
    reply_loading(client);
    return false;
}
