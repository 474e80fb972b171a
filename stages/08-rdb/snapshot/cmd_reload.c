/* DEBUG RELOAD: what a restart would leave. */
#include "debug.h"
#include "loading.h"
#include "reply.h"
#include "snapshot.h"

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
    if (save && !snapshot_save()) {
        reply_error(client, "ERR");
        return;
    }
    if (loading_now(merge ? load_disk_merge_snapshot : load_disk_open_snapshot,
                    empty))
        reply_ok(client);
    else
        reply_error(client, "ERR Error trying to load the RDB dump, check "
                            "server logs.");
}

const struct debug_subcommand reload_debugs[] = {
    {"reload", debug_reload, 2, 5, "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
     "Saves, empties the databases, and loads what was saved."},
    {0},
};
