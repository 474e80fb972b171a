/* DEBUG RELOAD: leaves the data as a restart would. */
#include "admit.h"
#include "config.h"
#include "debug.h"
#include "loading.h"
#include "log.h"
#include "reply.h"
#include "snapshot.h"

/* Loads the snapshot if it could be opened, and replies. */
static void load(struct client *client, enum load_status status, bool empty) {
    bool opened = status == LOAD_MORE;
    if (opened)
        status = loading_now(empty);
    if (status == LOAD_DONE) {
        if (empty)
            snapshot_loaded();
        reply_ok(client);
        return;
    }
    log_error("DEBUG RELOAD: %s: %s",
              status == LOAD_FAILED ? load_disk->wrong() : "there is no file",
              opened ? "the databases are empty" : "the data are as they were");
    reply_error(client, "ERR Error trying to load the RDB dump, check server "
                        "logs.");
}

/* DEBUG RELOAD [MERGE] [NOFLUSH] [NOSAVE] */
static void debug_reload(struct client *client, struct request *request) {
    bool save = true, empty = true, merge = false;
    for (size_t i = 2; i < request->argc; i++) {
        struct slice word = request->argv[i];
        if (slice_is(word, "nosave")) {
            save = false;
        } else if (slice_is(word, "noflush")) {
            empty = false;
        } else if (slice_is(word, "merge")) {
            merge = true;
        } else {
            reply_error(client, "ERR DEBUG RELOAD only supports the MERGE, "
                                "NOFLUSH and NOSAVE options.");
            return;
        }
    }
    /* The data are not complete, and to save them would replace the file that
     * they come from. */
    if (loading()) {
        reply_loading(client);
        return;
    }
    if (save && !snapshot_save()) {
        reply_error(client, "ERR");
        return;
    }
    load(client, load_disk_open_snapshot(config.dbfilename, merge), empty);
}

const struct debug_subcommand reload_debugs[] = {
    {"reload", debug_reload, 2, 5, "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
     "Saves, empties the databases, and loads what was saved."},
    {0},
};
