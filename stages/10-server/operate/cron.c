#include "cron.h"

#include "child.h"
#include "debug.h"
#include "expire.h"
#include "number.h"
#include "reply.h"

bool cron_paused;

static void set_paused(bool paused) {
    static bool expired_before;
    /* A second pause must not forget what the first one has to restore. */
    if (paused == cron_paused)
        return;
    cron_paused = paused;
    child_hold(paused);
    if (paused)
        expired_before = expire_set_active(false);
    else
        (void)expire_set_active(expired_before);
}

/* DEBUG PAUSE-CRON <0 | 1>: as in Redis, what is no number is 0 */
static void debug_pause_cron(struct client *client, struct request *request) {
    struct slice word = request->argv[2];
    int64_t number;
    set_paused(parse_i64(word.ptr, word.len, &number) && number != 0);
    reply_ok(client);
}

const struct debug_subcommand cron_debugs[] = {
    {"pause-cron", debug_pause_cron, 3, 3, "PAUSE-CRON <0|1>",
     "Stops, or resumes, what the server does by the clock."},
    {0},
};
