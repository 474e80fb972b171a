#include "aof_load.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "command.h"
#include "config.h"
#include "detached.h"
#include "log.h"

void aof_load_start(struct aof_load *load, char *bytes, size_t len) {
    *load = (struct aof_load){
        .reader = {.bytes = bytes, .len = len},
        .client = detached_new(),
    };
    /* A file of commands begins with * or #, so this tells the two apart. */
    if (len >= 5 && memcmp(bytes, "REDIS", 5) == 0) {
        load->in_rdb = true;
        rdb_load_start(&load->rdb, bytes, len);
        load->rdb.check = config.rdbchecksum;
    }
}

void aof_load_free(struct aof_load *load) {
    if (load->in_rdb)
        rdb_load_free(&load->rdb);
    request_free(&load->reader.request);
    detached_free(load->client);
}

/* Ends the load. Returns false, as it does not go on. */
static bool __attribute__((format(printf, 3, 4)))
end(struct aof_load *load, enum aof_parsed how, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(load->reason, sizeof load->reason, format, args);
    va_end(args);
    load->end = how;
    return false;
}

/* Ends the load because of damage at this byte. */
static bool end_damaged(struct aof_load *load, size_t at, const char *what) {
    load->good = at;
    return end(load, AOF_DAMAGED, "%s", what);
}

/* What follows returns false when the load has ended. */

/* Loads the RDB at the beginning of the file. */
static bool load_rdb(struct aof_load *load, size_t most) {
    if (!rdb_load_some(&load->rdb, most))
        return true;
    /* Commands may follow: Redis before 7 had both in one file. */
    load->at = load->good = load->rdb.reader.at;
    load->in_rdb = false;
    bool wrong = load->rdb.reader.wrong;
    if (wrong)
        (void)end_damaged(load, load->rdb.reader.wrong_at,
                          load->rdb.reader.reason);
    rdb_load_free(&load->rdb);
    return !wrong;
}

/* Reads the next command. */
static enum aof_parsed next(struct aof_load *load, size_t *at) {
    enum aof_parsed parsed = aof_reader_next(&load->reader, at);
    if (parsed == AOF_DAMAGED)
        (void)end_damaged(load, *at, load->reader.wrong);
    return parsed;
}

/* Running. */

/* Returns true if a command may stand in a file: if it changes data, reads
 * data, or is SELECT. */
static bool is_taken(const struct command *command) {
    /* PFCOUNT is a read to clients, but is logged: it stores its estimate. */
    return (command->flags & (CMD_WRITE | CMD_READONLY)) != 0 ||
           strcmp(command->name, "select") == 0;
}

/* Logs that a command was passed over: once for several in a row. */
static void pass_over(struct aof_load *load, const struct command *command) {
    if (load->passed_over != command)
        log_warn("loading: '%s' at byte %zu is not for a file, and passed over",
                 command->name, load->good);
    load->passed_over = command;
}

/* Returns the text of an error reply, without its line end; an empty one if the
 * command has not failed. */
static struct slice error_text(const struct aof_load *load) {
    struct slice reply = detached_reply(load->client);
    if (reply.len == 0 || reply.ptr[0] != '-')
        return (struct slice){0};
    return (struct slice){reply.ptr + 1, reply.len - 3};
}

/* Runs the command that was read. If there is no such command, everything
 * behind it is in doubt, and the load ends. */
static bool run(struct aof_load *load) {
    struct client *client = load->client;
    detached_reset(client);
    const struct command *command =
        command_resolve(client, &load->reader.request);
    if (command == NULL)
        return end(load, AOF_DAMAGED, "%.*s", SLICE_SHOWN(error_text(load)));
    if (!is_taken(command)) {
        pass_over(load, command);
        return true;
    }
    call(client, command, &load->reader.request);
    struct slice wrong = error_text(load);
    if (wrong.len > 0)
        log_warn("loading: '%s' at byte %zu fails: %.*s", command->name,
                 load->good, SLICE_SHOWN(wrong));
    load->commands++;
    return true;
}

/* Looks for the EXEC of a transaction whose commands come next, before any of
 * them is run. The load ends if it is not there. An unknown name is damage: it
 * may have been EXEC, and the commands behind it must not be taken for a part
 * of the transaction. */
static bool has_exec(struct aof_load *load) {
    size_t at = load->at;
    /* A MULTI within a transaction ends with the same EXEC. Looking again for
     * each of many would take quadratic time. */
    if (at < load->exec)
        return true;
    for (;;) {
        size_t began = at;
        enum aof_parsed parsed = next(load, &at);
        if (parsed == AOF_DAMAGED)
            return false;
        /* load->good is still in front of MULTI: there the file is cut off. */
        if (parsed != AOF_WHOLE)
            return end(load, AOF_CUT, "the last transaction is not complete");
        const struct request *request = &load->reader.request;
        if (slice_is(request->argv[0], "exec")) {
            load->exec = at;
            return true;
        }
        if (command_called(request->argv, request->argc) == NULL)
            return end_damaged(load, began,
                               "there is no such command, and this is within a "
                               "transaction");
    }
}

/* Takes the next command. */
static bool step(struct aof_load *load) {
    switch (next(load, &load->at)) {
    case AOF_NOTHING_LEFT: load->end = AOF_NOTHING_LEFT; return false;
    case AOF_CUT: return end(load, AOF_CUT, "the last command is not complete");
    case AOF_DAMAGED: return false;
    case AOF_WHOLE: break;
    }
    struct slice name = load->reader.request.argv[0];
    bool good = slice_is(name, "multi") ? has_exec(load)
                                        : slice_is(name, "exec") || run(load);
    if (good)
        load->good = load->at;
    return good;
}

bool aof_load_some(struct aof_load *load, size_t most) {
    if (load->in_rdb)
        return !load_rdb(load, most);
    while (most > 0 && step(load))
        most--;
    return most > 0;
}
