/* CLIENT UNBLOCK: ending another client's wait. */
#include "arguments.h"
#include "blocking.h"
#include "client_find.h"
#include "command.h"
#include "reply.h"

/* CLIENT UNBLOCK client-id [TIMEOUT | ERROR] */
static void client_unblock(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    bool fail = request->argc == 4 && slice_is(argv[3], "error");
    if (request->argc > 4) {
        reply_bad_subcommand(client, argv[1], "CLIENT");
        return;
    }
    if (request->argc == 4 && !fail && !slice_is(argv[3], "timeout")) {
        reply_error(client, "ERR CLIENT UNBLOCK reason should be TIMEOUT or "
                            "ERROR");
        return;
    }
    int64_t id;
    if (!argument_i64(client, argv[2], &id))
        return;
    /* No client has a negative id, nor the large one that this makes of it. */
    struct client *target = client_find((uint64_t)id);
    bool waits = target != NULL && stage_may_time_out(target);
    const char *error =
        fail ? "UNBLOCKED client unblocked via CLIENT UNBLOCK" : NULL;
    if (waits)
        blocking_end(target, error);
    reply_integer(client, waits);
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command waiting_commands[] = {
    {"client|unblock", client_unblock, -3, FLAGS},
    {0},
};
