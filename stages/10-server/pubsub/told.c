#include "told.h"

#include "command.h"
#include "propagate.h"
#include "repl_stream.h"
#include "replica.h"

static bool any; /* message, in the unit that is being collected */

void told_message(const struct client *client, const struct request *request) {
    /* Only the log would get it otherwise, and leave it out again. */
    if (!repl_stream_active() || replica_is())
        return;
    any = true;
    propagate(client->database, request->argv, request->argc);
}

bool told_any(void) {
    return any;
}

/* A command that was renamed is propagated under the name that was used, as all
 * effects are. */
static bool is_message(const struct request *request) {
    const struct command *command = command_find(request->argv[0]);
    return command != NULL && (command->flags & CMD_PUBSUB) != 0;
}

/* A SELECT before a message stays, because all listeners rely on the last
 * SELECT that was propagated. The unit is parsed as clients' requests are, so
 * if a limit was lowered within it, the parser may stop early. The rest is kept
 * then, and a message in the log does no harm when it is loaded. */
void told_leave_out(struct slice unit, struct buf *out) {
    struct request request = {0};
    char error[RESP_ERROR_SIZE];
    size_t at = 0;
    while (at < unit.len && resp_parse(&request, unit.ptr + at, unit.len - at,
                                       error) == RESP_DONE) {
        if (!is_message(&request))
            buf_append(out, unit.ptr + at, request.size);
        at += request.size;
        request_reset(&request);
    }
    buf_append(out, unit.ptr + at, unit.len - at);
    request_free(&request);
    any = false;
}
