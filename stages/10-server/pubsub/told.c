#include "told.h"

#include "command.h"
#include "propagate.h"
#include "repl_stream.h"
#include "replica.h"

static bool any;

void told_message(const struct client *client, const struct request *request) {
    if (!repl_stream_active() || replica_is())
        return;
    any = true;
    propagate(client->database, request->argv, request->argc);
}

bool told_any(void) {
    return any;
}

/* What is renamed is told under the name that was used, as all effects are. */
static bool is_message(const struct request *request) {
    const struct command *command = command_find(request->argv[0]);
    return command != NULL && (command->flags & CMD_PUBSUB) != 0;
}

/* A SELECT in front of a message stays, since all listeners share the database
 * that was told last. A unit is read as clients' requests are, so a limit that
 * was lowered within it may end the reading: the rest stays as it is, and to
 * load a message does no harm. */
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
