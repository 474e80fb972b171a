#include "apply.h"

#include <string.h>

#include "clock.h"
#include "db.h"
#include "detached.h"
#include "log.h"
#include "multi.h"
#include "pause.h"
#include "repl_stream.h"
#include "reply_reader.h"

static struct client *primary;
static struct request request;
static size_t parsed; /* bytes that have run, or wait in a transaction */
static uint64_t failures;

bool apply_runs;

void apply_start(void) {
    if (primary == NULL)
        primary = detached_new();
}

void apply_stop(void) {
    if (primary == NULL)
        return;
    request_free(&request);
    detached_free(primary);
    primary = NULL;
}

bool apply_is_for(const struct client *client) {
    return client == primary;
}

int apply_database(void) {
    return primary->database;
}

void apply_select(int database) {
    primary->database = database;
}

void apply_begin(int fd) {
    primary->conn->watch.fd = fd;
    primary->conn->opened_us = primary->conn->active_us = loop_now_us();
}

struct client *apply_client(void) {
    return primary != NULL && primary->conn->watch.fd >= 0 ? primary : NULL;
}

/* What is forgotten is not lost: it did not count for the offset, so the
 * primary sends it again. */
void apply_cut(void) {
    primary->conn->watch.fd = -1; /* the link closes it */
    request_reset(&request);
    multi_forget(primary);
    detached_reset(primary);
    parsed = 0;
}

uint64_t apply_failures(void) {
    return failures;
}

/* Besides commands that change or read data, only a few about the stream itself
 * are admitted. Others, such as SUBSCRIBE, would change the state of a client
 * that has no connection. */
bool apply_admits(struct client *client, const struct command *command) {
    static const char *const names[] = {"ping", "select",  "multi",
                                        "exec", "discard", "replconf"};
    if (command->flags & (CMD_WRITE | CMD_READONLY | CMD_MAY_REPLICATE))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(command->name, names[i]) == 0)
            return true;
    reply_errorf(client, "ERR '%s' is not for replicas", command->name);
    return false;
}

/* A request that fails here but did not fail on the primary is a sign that the
 * data differ. There is no way to refuse it, so it is counted and logged, at
 * most once a second. */
static void failed(struct slice error) {
    enum { TELL_US = 1000000 };
    static int64_t told_us;
    failures++;
    int64_t now_us = clock_monotonic_us();
    if (told_us != 0 && now_us - told_us < TELL_US)
        return;
    told_us = now_us;
    log_error("a command of the primary fails: '%.*s': %.*s",
              SLICE_SHOWN(request.argv[0]), SLICE_SHOWN(error));
}

/* Looks for errors also among the replies of a transaction. Other replies are
 * not read: neither an error nor an array comes behind their first item. */
static void look_at_reply(void) {
    struct slice left = detached_reply(primary);
    struct reply_item item;
    if (left.len == 0 || (left.ptr[0] != '-' && left.ptr[0] != '*'))
        return;
    while (reply_read(&left, &item))
        if (item.kind == '-')
            failed(item.text);
}

/* Runs the request, or queues it in a transaction. Its bytes count in any case:
 * those of an empty line, and those of a request that fails. */
static void run(void) {
    if (request.argc > 0) {
        stage_run(primary, &request);
        look_at_reply();
        detached_reset(primary);
    }
    parsed += request.size;
    request_reset(&request);
}

/* A primary sends no inline requests. An empty line only says that it is
 * alive. */
static bool is_typed(const char *at) {
    return *at != '*' && *at != '\r' && *at != '\n';
}

/* Reads the next request. Returns true if it is complete. */
static bool next(char *bytes, size_t len, const char **wrong) {
    static char error[RESP_ERROR_SIZE];
    if (parsed == len)
        return false;
    if (is_typed(bytes + parsed)) {
        *wrong = "a line, where a request is due";
        return false;
    }
    enum resp_status status =
        resp_parse(&request, bytes + parsed, len - parsed, error);
    if (status == RESP_WRONG)
        *wrong = error;
    return status == RESP_DONE;
}

/* Returns true if the request that was read must wait. It is forgotten, and
 * read again when the pause is over. */
static bool is_paused(void) {
    /* An empty line changes nothing. */
    if (pause_mode == PAUSE_NONE || request.argc == 0)
        return false;
    const struct command *command = command_find(request.argv[0]);
    if (command == NULL || !pause_stops(primary, command))
        return false;
    request_reset(&request);
    return true;
}

/* The moment that counts is that of repl_stream_relay(): there the offset moves
 * past a whole unit, and the bytes go to those who follow us. While a
 * transaction is open, parsed runs ahead of applied, and keeps that lead until
 * the next call. */
size_t apply_some(char *bytes, size_t len, const char **wrong) {
    size_t applied = 0;
    enum db_judgement judged = db_judge(DB_STAYS);
    *wrong = NULL;
    apply_runs = true;
    primary->conn->active_us = loop_now_us();
    while (next(bytes, len, wrong) && !is_paused()) {
        run();
        if (multi_open(primary))
            continue;
        repl_stream_relay((struct slice){bytes + applied, parsed - applied});
        applied = parsed;
    }
    apply_runs = false;
    (void)db_judge(judged);
    parsed -= applied;
    return applied;
}
