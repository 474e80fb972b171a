/* SLOWLOG. */
#include "command.h"
#include "number.h"
#include "slowlog.h"

static void reply_entry(struct client *client,
                        const struct slowlog_entry *entry) {
    reply_array(client, 6);
    reply_integer(client, (int64_t)entry->id);
    reply_integer(client, entry->time_s);
    reply_integer(client, (int64_t)entry->duration_us);
    reply_array(client, entry->argc);
    for (size_t i = 0; i < entry->argc; i++)
        reply_slice(client, entry->argv[i]);
    reply_text(client, entry->peer);
    reply_text(client, entry->name);
}

/* SLOWLOG GET [count] */
static void slowlog_get(struct client *client, struct request *request) {
    int64_t most = 10;
    if (request->argc > 3) {
        reply_errorf(client,
                     "ERR unknown subcommand or wrong number of arguments for "
                     "'%.*s'. Try SLOWLOG HELP.",
                     SLICE_SHOWN(request->argv[1]));
        return;
    }
    if (request->argc == 3 &&
        (!parse_i64(request->argv[2].ptr, request->argv[2].len, &most) ||
         most < -1)) {
        reply_error(client, "ERR count should be greater than or equal to -1");
        return;
    }
    size_t count = slowlog_count();
    /* -1 asks for all entries. */
    if (most >= 0 && (uint64_t)most < count)
        count = (size_t)most;
    reply_array(client, count);
    const struct slowlog_entry *entry = slowlog_newest();
    for (size_t i = 0; i < count; i++, entry = entry->older)
        reply_entry(client, entry);
}

/* SLOWLOG LEN */
static void slowlog_len(struct client *client, struct request *request) {
    (void)request;
    reply_integer(client, (int64_t)slowlog_count());
}

/* SLOWLOG RESET */
static void slowlog_reset_all(struct client *client, struct request *request) {
    (void)request;
    slowlog_reset();
    reply_ok(client);
}

enum { FLAGS = CMD_ADMIN | CMD_LOADING | CMD_STALE };

const struct command slowlog_commands[] = {
    {"slowlog", NULL, -2, CMD_CONTAINER},
    {"slowlog|get", slowlog_get, -2, FLAGS},
    {"slowlog|len", slowlog_len, 2, FLAGS},
    {"slowlog|reset", slowlog_reset_all, 2, FLAGS},
    {0},
};
