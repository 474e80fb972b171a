#include "multi.h"

#include <stdlib.h>

#include "child.h"
#include "client_reply.h"
#include "propagate.h"
#include "request_copy.h"
#include "timed_call.h"
#include "watched.h"
#include "xalloc.h"

struct queued {
    struct queued *next;
    const struct command *command;
    struct request request; /* a copy, which lies behind */
};

/* Memory for several requests, which never moves. A request that is larger than
 * a chunk gets one of its own. */
struct chunk {
    struct chunk *previous;
    size_t used, size;
    _Alignas(struct queued) char bytes[];
};

enum { CHUNK_BYTES = 4096 - sizeof(struct chunk) };

/* Exists from MULTI to the end of EXEC or DISCARD. The queue lies in the
 * chunks, so freeing these frees it. */
struct transaction {
    struct queued *first, **last;
    struct chunk *chunk;
    size_t count, bytes;
    unsigned flags;             /* of all that is queued */
    const struct command *exec; /* while the queue runs */
    bool spoiled;
};

void multi_begin(struct client *client) {
    struct transaction *multi = xcalloc(1, sizeof *multi);
    multi->last = &multi->first;
    client->state.multi = multi;
    stage_set_special(&client->state, CLIENT_IN_MULTI, true);
}

void multi_forget(struct client *client) {
    struct transaction *multi = client->state.multi;
    if (multi == NULL)
        return;
    client->state.multi = NULL;
    stage_set_special(&client->state, CLIENT_IN_MULTI, false);
    while (multi->chunk != NULL) {
        struct chunk *previous = multi->chunk->previous;
        free(multi->chunk);
        multi->chunk = previous;
    }
    free(multi);
}

bool multi_spoiled(const struct client *client) {
    return client->state.multi->spoiled;
}

const struct command *multi_exec(const struct client *client) {
    return client->state.multi->exec;
}

unsigned multi_flags(const struct client *client) {
    return client->state.multi->flags;
}

size_t multi_count(const struct client *client) {
    return client->state.multi->count;
}

size_t multi_bytes(const struct client *client) {
    return client->state.multi->bytes;
}

/* Admitting. */

/* SAVE must not see half of a transaction. PSYNC and SHUTDOWN have no reply
 * that could be an element of EXEC's array. */
bool multi_admits(struct client *client, const struct command *command) {
    if (!multi_open(client) || !(command->flags & CMD_NO_MULTI))
        return true;
    reply_error(client, "ERR Command not allowed inside a transaction");
    return false;
}

/* A command that was admitted when it was queued may be refused now, because
 * the disk is full, for example. As in Redis, EXEC is refused for that even if
 * it would not have run the queue: a watched key has changed, or an earlier
 * request was refused. */
bool multi_admits_queue(struct client *client, const struct command *command) {
    if (!multi_open(client) || strcmp(command->name, "exec") != 0)
        return true;
    const struct queued *at = client->state.multi->first;
    while (at != NULL && stage_admits(client, at->command))
        at = at->next;
    return at == NULL;
}

/* Turns an error at the end of the output into the reason why EXEC did not
 * run. */
static void abort_because_of(struct client *client, size_t error_at) {
    struct slice error = {buf_bytes(client->out) + error_at,
                          buf_len(client->out) - error_at};
    char *text = xmalloc(error.len);
    memcpy(text, error.ptr + 1, error.len - 3); /* without - and the line end */
    text[error.len - 3] = '\0';
    client->out->end -= error.len; /* nobody else has seen it yet */
    reply_errorf(client, "EXECABORT Transaction discarded because of: %s",
                 strncmp(text, "ERR ", 4) == 0 ? text + 4 : text);
    free(text);
}

void multi_refused(struct client *client, const struct request *request,
                   size_t error_at) {
    const struct command *command =
        command_called(request->argv, request->argc);
    /* A refused EXEC ends the transaction, or the client could not begin
     * another one. The setting rename-command may have renamed it. */
    if (command != NULL && strcmp(command->name, "exec") == 0) {
        abort_because_of(client, error_at);
        multi_forget(client);
        watched_forget(client);
    } else if (multi_open(client)) {
        client->state.multi->spoiled = true;
    }
}

/* Queueing. */

/* None of these may be used by scripts, a flag that rules out most other
 * commands quickly. */
bool multi_ends(const struct command *command) {
    static const char *const names[] = {"exec", "discard", "quit", "reset"};
    if (!(command->flags & CMD_NOSCRIPT))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(command->name, names[i]) == 0)
            return true;
    return false;
}

bool multi_runs_at_once(const struct command *command) {
    return multi_ends(command) || ((command->flags & CMD_NOSCRIPT) &&
                                   (strcmp(command->name, "multi") == 0 ||
                                    strcmp(command->name, "watch") == 0));
}

/* Returns memory that is good until the end of the transaction, aligned as a
 * pointer is. */
static void *take_memory(struct transaction *multi, size_t size) {
    size = (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
    struct chunk *chunk = multi->chunk;
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t bytes = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        chunk = xmalloc(sizeof *chunk + bytes);
        *chunk = (struct chunk){.previous = multi->chunk, .size = bytes};
        multi->chunk = chunk;
        multi->bytes += sizeof *chunk + bytes;
    }
    chunk->used += size;
    return chunk->bytes + chunk->used - size;
}

/* A request that will never run is not kept. */
void multi_add(struct client *client, const struct command *command,
               const struct request *request) {
    struct transaction *multi = client->state.multi;
    if (!multi->spoiled && !watched_changed(client)) {
        struct queued *queued =
            take_memory(multi, sizeof *queued + request_copy_size(request));
        *queued = (struct queued){.command = command,
                                  .request = request_copy(request, queued + 1)};
        *multi->last = queued;
        multi->last = &queued->next;
        multi->count++;
        multi->flags |= command->flags;
    }
    reply_simple(client, "QUEUED");
}

/* Running. */

/* What was written before another server becomes the primary belongs to the
 * history of this one. It is propagated before that: afterwards it would be in
 * no history, and a resync that goes on from here would never make up for it.
 */
static void tell_before(const struct command *command) {
    if (!(command->flags & CMD_ADMIN) ||
        (strcmp(command->name, "replicaof") != 0 &&
         strcmp(command->name, "slaveof") != 0))
        return;
    propagate_end();
    propagate_begin();
}

/* The user may have lost a permission since the request was queued. */
static bool still_admits(struct client *client, const struct queued *at) {
    size_t error_at = buf_len(client->out);
    if (stage_still_admits(client, at->command, &at->request))
        return true;
    timed_call_not_run(client, error_at);
    return false;
}

/* EXEC itself is called like any command, so that all effects are one unit. A
 * child is held off meanwhile: a snapshot that began within the transaction
 * would hold half of it. */
void multi_run(struct client *client) {
    struct transaction *multi = client->state.multi;
    multi->exec = client->last_command;
    reply_array(client, multi->count);
    child_hold(true);
    for (struct queued *at = multi->first; at != NULL; at = at->next) {
        if (!still_admits(client, at))
            continue;
        client->last_command = at->command; /* errors name it */
        tell_before(at->command);
        timed_call(client, at->command, &at->request);
        stage_called(client, at->command, &at->request);
        client->last_command = multi->exec;
        /* A client that has closed its own connection gets the reply to that
         * and no more. The remaining commands run all the same. */
        if (client->conn->ending)
            client_reply_off(client);
    }
    child_hold(false);
}
