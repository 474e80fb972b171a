#include "resync.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aof.h"
#include "aof_config.h"
#include "apply.h"
#include "aside.h"
#include "clock.h"
#include "config.h"
#include "keyspace.h"
#include "load_disk.h"
#include "loading.h"
#include "log.h"
#include "rdb_place.h"
#include "received.h"
#include "replica_config.h"
#include "save_points.h"
#include "snapshot.h"
#include "timer.h"
#include "transfer.h"

static void on_second(struct timer *timer);

static struct transfer transfer;
static void (*tell_replaced)(void);
static void (*tell_ended)(const char *wrong);
static struct timer log_timer = {.expired = on_second};

void resync_begin(void) {
    transfer = (struct transfer){.begun = false};
}

void resync_stop(void) {
    received_drop();
    transfer = (struct transfer){.begun = false};
}

bool resync_has_begun(void) {
    return transfer.begun;
}

bool resync_is_whole(void) {
    return transfer.done;
}

int64_t resync_total(void) {
    return transfer.total;
}

int64_t resync_received(void) {
    return transfer.received;
}

static bool is_empty(void) {
    size_t keys = 0;
    for (int i = 0; i < keyspace_databases; i++)
        keys += keyspace_size(keyspace_db(i));
    return keys == 0;
}

/* An empty server has nothing to lose if what arrives cannot be loaded. */
static bool goes_to_memory(void) {
    return replica_config.diskless_load == LOAD_ASIDE ||
           (replica_config.diskless_load == LOAD_IF_EMPTY && is_empty());
}

/* These texts are good until the next call. The link logs them at once. */
static const char *file_error(int error) {
    static char text[160];
    snprintf(text, sizeof text, "the data cannot be written: %s",
             strerror(error));
    return text;
}

static const char *says(struct slice line) {
    static char text[160];
    snprintf(text, sizeof text, "instead of data the primary sends '%.*s'",
             SLICE_SHOWN(line));
    return text;
}

void resync_line(struct slice line, const char **wrong) {
    if (line.len == 0) /* the primary is alive, and still makes the snapshot */
        return;
    if (!transfer_line(&transfer, line)) {
        *wrong = says(line);
        return;
    }
    int error = received_begin(goes_to_memory());
    if (error != 0)
        *wrong = file_error(error);
    else if (transfer.has_mark)
        log_info("full resync: the data come, up to a mark");
    else
        log_info("full resync: %" PRId64 " bytes come", transfer.total);
}

size_t resync_take(struct slice bytes, const char **wrong) {
    size_t data;
    size_t used = transfer_take(&transfer, bytes, &data);
    int error = received_append((struct slice){bytes.ptr, data});
    if (error != 0)
        *wrong = file_error(error);
    return used;
}

/* The log. It belongs to the old data, so it ends with them, and a new one is
 * begun with the new data, as if the log had been switched off and on: a
 * rewrite alone would go on appending to the old log until it is done, and a
 * restart would load a mixture. */

static void end_log(void) {
    timer_stop(&log_timer);
    if (!aof_config.appendonly)
        return;
    aof_config.appendonly = false;
    (void)aof_switched();
    aof_config.appendonly = true;
}

void resync_begin_log(void) {
    if (!aof_config.appendonly || aof_wanted())
        return;
    const char *wrong = aof_switched();
    if (wrong == NULL)
        return;
    log_error("the append-only file cannot be begun anew: %s", wrong);
    timer_start(&log_timer, clock_monotonic_us() + 1000000); /* in a second */
}

static void on_second(struct timer *timer) {
    (void)timer;
    resync_begin_log();
}

/* Loading. */

/* A server that keeps nothing on disk also removes the file that came, if the
 * settings say so. */
static void remove_file(void) {
    if (replica_config.del_sync_files && !aof_config.appendonly &&
        !save_points_any())
        received_remove();
}

static void data_go(void) {
    end_log();
    tell_replaced();
}

/* The old data are gone, and the new ones are all there, or none: then the log
 * on disk stays what it was, and nothing is added to it. The link is told last,
 * because it goes on with the stream within that call. */
static void loaded(const char *wrong) {
    received_drop();
    remove_file();
    if (wrong != NULL) {
        snapshot_reschedule(); /* it may have fallen due meanwhile */
        tell_ended(wrong);
        return;
    }
    snapshot_loaded();
    resync_begin_log();
    /* The stream goes on in this database without another SELECT. */
    apply_select(rdb_place()->database);
    tell_ended(NULL);
}

static void load_in_place(void) {
    /* A file that is none at all is found here, while the old data stay. */
    if (load_disk_open_snapshot(received_path(), false) != LOAD_MORE) {
        loaded(load_disk->wrong());
        return;
    }
    data_go();
    loading_go_on(true, loaded);
}

void resync_load(bool same_history, void (*replaced)(void),
                 void (*ended)(const char *wrong)) {
    tell_replaced = replaced;
    tell_ended = ended;
    /* A child that is saving the old data would overwrite the file that
     * came. */
    snapshot_abort();
    int error = received_end();
    /* What this file does not say must not be left from an earlier one. */
    rdb_place_forget();
    if (error != 0)
        loaded(file_error(error));
    else if (replica_config.diskless_load == LOAD_ASIDE)
        aside_load(received_path(), same_history, data_go, loaded);
    else
        load_in_place();
}
