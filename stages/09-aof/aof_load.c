#include "aof_load.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocking.h"
#include "command.h"
#include "config.h"
#include "log.h"
#include "xalloc.h"

/* Whoever runs the commands: a client without a connection that leads
 * anywhere. */
struct replayer {
    struct client client;
    struct conn conn;
    struct buf replies;
};

void aof_load_start(struct aof_load *load, char *bytes, size_t len) {
    struct replayer *replayer = xcalloc(1, sizeof *replayer);
    replayer->client.conn = &replayer->conn;
    replayer->client.out = &replayer->replies;
    replayer->client.authenticated = true;
    *load = (struct aof_load){
        .bytes = bytes,
        .len = len,
        .transaction = SIZE_MAX,
        .client = &replayer->client,
    };
    if (len >= 5 && memcmp(bytes, "REDIS", 5) == 0) {
        load->in_rdb = true;
        rdb_load_start(&load->rdb, bytes, len);
        load->rdb.check = config.rdbchecksum;
    }
}

void aof_load_free(struct aof_load *load) {
    struct replayer *replayer = (struct replayer *)load->client;
    if (load->in_rdb)
        rdb_load_free(&load->rdb);
    request_free(&load->request);
    buf_free(&replayer->replies);
    free(replayer);
}

/* Ends the load. Returns true, as there is nothing more to do. */
static bool __attribute__((format(printf, 3, 4)))
end(struct aof_load *load, enum aof_load_end how, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(load->reason, sizeof load->reason, format, args);
    va_end(args);
    load->end = how;
    return true;
}

/* The RDB in front. */
static bool load_rdb(struct aof_load *load, size_t most) {
    if (!rdb_load_some(&load->rdb, most))
        return false;
    load->at = load->good = load->rdb.reader.at;
    load->in_rdb = false;
    bool wrong = load->rdb.reader.wrong;
    if (wrong) {
        load->good = load->rdb.reader.wrong_at;
        (void)end(load, AOF_LOAD_WRONG, "%s", load->rdb.reader.reason);
    }
    rdb_load_free(&load->rdb);
    return wrong;
}

/* Commands. */

/* Whether each argument is followed by the end of its line, as the parser of
 * what clients send does not ask. */
static bool is_whole(const struct request *request) {
    for (size_t i = 0; i < request->argc; i++) {
        struct slice arg = request->argv[i];
        if (memcmp(arg.ptr + arg.len, "\r\n", 2) != 0)
            return false;
    }
    return true;
}

enum parsed { PARSED, NO_MORE, TORN, BAD };

/* Parses the request at *at, and steps behind it. Lines that begin with #,
 * which tell the time, are stepped over. */
static enum parsed parse(struct aof_load *load, size_t *at) {
    char error[RESP_ERROR_SIZE];
    request_reset(&load->request);
    while (*at < load->len && load->bytes[*at] == '#') {
        char *line = memchr(load->bytes + *at, '\n', load->len - *at);
        if (line == NULL)
            return TORN;
        *at = (size_t)(line - load->bytes) + 1;
    }
    if (*at == load->len)
        return NO_MORE;
    if (load->bytes[*at] != '*')
        return BAD;
    switch (resp_parse(&load->request, load->bytes + *at, load->len - *at,
                       &resp_limits, error)) {
    case RESP_MORE: return TORN;
    case RESP_WRONG: return BAD;
    default:
        *at += load->request.size;
        return load->request.argc > 0 && is_whole(&load->request) ? PARSED
                                                                  : BAD;
    }
}

/* A request that reaches beyond the end of the file may be one that was not
 * written to its end. But if others follow it within the file, a length in it
 * must be wrong, and to cut it off would lose them. */
static bool is_followed(struct aof_load *load, size_t at) {
    const char *left = load->bytes + at, *file_end = load->bytes + load->len;
    while ((left = memmem(left, (size_t)(file_end - left), "\r\n*", 3))) {
        left += 2;
        size_t next = (size_t)(left - load->bytes);
        if (parse(load, &next) == PARSED &&
            command_find(load->request.argv[0]) != NULL)
            return true;
    }
    return false;
}

/* The command that begins at this byte, if one does, is not complete. */
static bool torn(struct aof_load *load, size_t at) {
    if (is_followed(load, at))
        return end(load, AOF_LOAD_WRONG,
                   "this command seems to go on behind the end of the file, "
                   "but others follow it");
    if (load->transaction != SIZE_MAX)
        load->good = load->transaction;
    return end(load, AOF_LOAD_CUT, "the last %s is not complete",
               load->transaction != SIZE_MAX ? "transaction" : "command");
}

static const struct command *find(struct aof_load *load) {
    const struct request *request = &load->request;
    const struct command *command = command_find(request->argv[0]);
    if (command != NULL && command->subcommands != NULL && request->argc > 1)
        command = command_find_sub(command, request->argv[1]);
    if (command == NULL)
        (void)end(load, AOF_LOAD_WRONG, "there is no command '%.*s'",
                  SLICE_SHOWN(request->argv[0]));
    else if (command->run == NULL || !command_takes(command, request->argc))
        (void)end(load, AOF_LOAD_WRONG,
                  "the number of arguments of '%s' is wrong", command->name);
    else if (command->flags & CMD_ADMIN)
        (void)end(load, AOF_LOAD_WRONG, "'%s' is not for a file",
                  command->name);
    else
        return command;
    return NULL;
}

static bool run(struct aof_load *load) {
    const struct command *command = find(load);
    struct client *client = load->client;
    if (command == NULL)
        return false;
    client->last_command = command;
    command->run(client, &load->request);
    if (client->waiter != NULL)
        blocking_forget(client);
    struct buf *replies = client->out;
    size_t len = buf_len(replies);
    if (len > 0 && buf_bytes(replies)[0] == '-')
        log_warn("loading: '%s' at byte %zu fails: %.*s", command->name,
                 load->good, (int)len - 3, buf_bytes(replies) + 1);
    buf_consume(replies, len);
    load->commands++;
    return true;
}

/* MULTI: whether its EXEC is there, too. If not, *at is behind the last command
 * that is complete. */
static bool begin_transaction(struct aof_load *load, size_t began, size_t *at) {
    load->transaction = began;
    for (;;) {
        switch (parse(load, at)) {
        case PARSED:
            if (slice_is(load->request.argv[0], "exec"))
                return true;
            break;
        case BAD: return true; /* that will be met */
        default: return false;
        }
    }
}

/* Takes the next command. Returns true when there is nothing more to do. */
static bool step(struct aof_load *load) {
    size_t began = load->at;
    switch (parse(load, &load->at)) {
    case NO_MORE: load->end = AOF_LOAD_DONE; return true;
    case TORN: load->at = began; return torn(load, began);
    case BAD:
        load->good = began;
        return end(load, AOF_LOAD_WRONG, "this is no command");
    case PARSED: break;
    }
    struct slice name = load->request.argv[0];
    if (slice_is(name, "multi")) {
        size_t at = load->at;
        if (!begin_transaction(load, began, &at)) {
            load->at = began;
            return torn(load, at);
        }
    } else if (slice_is(name, "exec")) {
        load->transaction = SIZE_MAX;
    } else if (!run(load)) {
        return true;
    }
    load->good = load->at;
    return false;
}

bool aof_load_some(struct aof_load *load, size_t most) {
    if (load->in_rdb)
        return load_rdb(load, most) && load->end != AOF_LOAD_RUNNING;
    for (; most > 0; most--)
        if (step(load))
            return true;
    return false;
}
