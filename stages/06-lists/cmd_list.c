/* Commands about the ends of a list, and those that read it. */
#include "argument_at_least.h"
#include "arguments.h"
#include "command.h"
#include "list_key.h"
#include "list_reply.h"

static void push(struct client *client, const struct request *request,
                 enum list_end end, bool only_if_there) {
    struct list_key at;
    if (!list_key_find(client, request->argv[1], &at))
        return;
    if (at.list == NULL && only_if_there) {
        reply_integer(client, 0);
        return;
    }
    list_key_push(&at, end, request->argv + 2, request->argc - 2);
    reply_integer(client, (int64_t)list_len(at.list));
    list_key_changed(&at, list_pushed_event(end), request->argc - 2);
}

/* LPUSH key element [element ...] */
static void cmd_lpush(struct client *client, struct request *request) {
    push(client, request, LIST_HEAD, false);
}

/* RPUSH key element [element ...] */
static void cmd_rpush(struct client *client, struct request *request) {
    push(client, request, LIST_TAIL, false);
}

/* LPUSHX key element [element ...] */
static void cmd_lpushx(struct client *client, struct request *request) {
    push(client, request, LIST_HEAD, true);
}

/* RPUSHX key element [element ...] */
static void cmd_rpushx(struct client *client, struct request *request) {
    push(client, request, LIST_TAIL, true);
}

static void pop(struct client *client, const struct request *request,
                enum list_end end) {
    int64_t count;
    bool is_counted = request->argc == 3;
    if (request->argc > 3) {
        /* The table knows only the least number of arguments. */
        command_reply_arity(client);
        return;
    }
    if (is_counted &&
        !argument_at_least(client, request->argv[2], 0,
                           "ERR value is out of range, must be positive",
                           &count))
        return;
    struct list_key at;
    if (!list_key_find(client, request->argv[1], &at))
        return;
    if (at.list == NULL && is_counted)
        reply_null_array(client);
    else if (at.list == NULL)
        reply_null(client);
    else if (!is_counted)
        list_reply_pop_one(client, &at, end);
    else if (count == 0)
        reply_array(client, 0);
    else
        list_reply_pop(client, &at, end, (uint64_t)count);
}

/* LPOP key [count] */
static void cmd_lpop(struct client *client, struct request *request) {
    pop(client, request, LIST_HEAD);
}

/* RPOP key [count] */
static void cmd_rpop(struct client *client, struct request *request) {
    pop(client, request, LIST_TAIL);
}

/* LLEN key */
static void cmd_llen(struct client *client, struct request *request) {
    struct list_key at;
    if (list_key_find(client, request->argv[1], &at))
        reply_integer(client, at.list ? (int64_t)list_len(at.list) : 0);
}

/* LINDEX key index */
static void cmd_lindex(struct client *client, struct request *request) {
    struct list_key at;
    int64_t index;
    if (!list_key_find(client, request->argv[1], &at))
        return;
    if (at.list == NULL) {
        reply_null(client);
        return;
    }
    /* As in Redis, the index is only read if there is a list. */
    if (!argument_i64(client, request->argv[2], &index))
        return;
    struct list_cursor cursor = list_seek(at.list, index);
    if (cursor.place != NULL)
        list_reply_value(client, &cursor);
    else
        reply_null(client);
}

/* LRANGE key start stop */
static void cmd_lrange(struct client *client, struct request *request) {
    struct list_key at;
    int64_t first, last;
    /* As in Redis, both indexes are read before the key is looked at. */
    if (!argument_i64(client, request->argv[2], &first) ||
        !argument_i64(client, request->argv[3], &last) ||
        !list_key_find(client, request->argv[1], &at))
        return;
    size_t start, count = 0;
    if (at.list != NULL)
        count = list_range(list_len(at.list), first, last, &start);
    reply_array(client, count);
    /* The index of the first is not an element's then. */
    if (count == 0)
        return;
    struct list_cursor cursor = list_seek(at.list, (int64_t)start);
    list_reply_values(client, &cursor, LIST_TAIL, count);
}

const struct command list_commands[] = {
    {"lpush", cmd_lpush, -3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"rpush", cmd_rpush, -3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"lpushx", cmd_lpushx, -3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"rpushx", cmd_rpushx, -3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"lpop", cmd_lpop, -2, CMD_WRITE | CMD_FAST},
    {"rpop", cmd_rpop, -2, CMD_WRITE | CMD_FAST},
    {"llen", cmd_llen, 2, CMD_READONLY | CMD_FAST},
    {"lindex", cmd_lindex, 3, CMD_READONLY},
    {"lrange", cmd_lrange, 4, CMD_READONLY},
    {0},
};
