/* Subcommands of DEBUG about the append-only file. */
#include "admit.h"
#include "aof.h"
#include "aof_files.h"
#include "aof_format.h"
#include "child.h"
#include "debug.h"
#include "load_disk.h"
#include "loading.h"
#include "log.h"
#include "number.h"

/* DEBUG LOADAOF
 *
 * A log that turns out to be damaged ends the process. Going on would append to
 * it behind the damage, and what is written there could never be loaded. */
static void debug_loadaof(struct client *client, struct request *request) {
    (void)request;
    if (loading()) { /* there is one load at a time */
        reply_loading(client);
        return;
    }
    enum load_status status = LOAD_NOTHING;
    /* In the middle of a transaction its changes are not in the log yet. */
    if (!child_held() && aof_settle())
        status = load_disk_open_aof();
    bool opened = status == LOAD_MORE;
    if (opened)
        status = loading_now(true);
    if (status == LOAD_FAILED)
        log_error("DEBUG LOADAOF: %s", load_disk->wrong());
    if (opened && status == LOAD_FAILED)
        log_exit();
    if (status == LOAD_DONE)
        reply_ok(client);
    else
        reply_error(client, "ERR Error trying to load the AOF files, check "
                            "server logs.");
}

/* DEBUG AOF-FLUSH-SLEEP microseconds
 *
 * As in Redis, no number is no time. */
static void debug_flush_sleep(struct client *client, struct request *request) {
    enum { MOST_US = 1000000000 };
    int64_t us = 0;
    (void)parse_i64(request->argv[2].ptr, request->argv[2].len, &us);
    aof_format.sleep_us = us > MOST_US ? MOST_US : us;
    reply_ok(client);
}

const struct debug_subcommand aof_debugs[] = {
    {"aof-flush-sleep", debug_flush_sleep, 3, 3, "AOF-FLUSH-SLEEP microseconds",
     "Sleeps before each write of the log, as a slow disk would."},
    {"loadaof", debug_loadaof, 2, 2, "LOADAOF",
     "Empties the databases, and loads the append-only file."},
    {0},
};
