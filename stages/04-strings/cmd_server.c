/* Commands about whole databases, and the time. */
#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "keyspace.h"
#include "number.h"

/* SELECT index */
static void cmd_select(struct client *client, struct request *request) {
    int number;
    if (!argument_database(client, request->argv[1], &number))
        return;
    client->database = number;
    reply_ok(client);
}

/* Reads an integer of 32 bits. SWAPDB has error replies of its own for it. */
static bool parse_number(struct slice text, int *out) {
    int64_t value;
    if (!parse_i64(text.ptr, text.len, &value) || (int)value != value)
        return false;
    *out = (int)value;
    return true;
}

/* SWAPDB index1 index2 */
static void cmd_swapdb(struct client *client, struct request *request) {
    int one, other;
    if (!parse_number(request->argv[1], &one)) {
        reply_error(client, "ERR invalid first DB index");
    } else if (!parse_number(request->argv[2], &other)) {
        reply_error(client, "ERR invalid second DB index");
    } else if (database_exists(client, one) && database_exists(client, other)) {
        keyspace_swap(one, other);
        reply_ok(client);
    }
}

/* DBSIZE */
static void cmd_dbsize(struct client *client, struct request *request) {
    (void)request;
    const struct db *db = keyspace_db(client->database);
    reply_integer(client, (int64_t)keyspace_size(db));
}

/* Both ASYNC and SYNC mean the same here. */
static void flush(struct client *client, const struct request *request,
                  bool all) {
    const struct slice *argv = request->argv;
    if (request->argc > 2 ||
        (request->argc == 2 && !slice_is(argv[1], "async") &&
         !slice_is(argv[1], "sync"))) {
        reply_syntax_error(client);
        return;
    }
    for (int i = 0; i < keyspace_databases; i++)
        if (all || i == client->database)
            keyspace_flush(keyspace_db(i));
    keyspace_emptied(all);
    reply_ok(client);
}

/* FLUSHDB [ASYNC | SYNC] */
static void cmd_flushdb(struct client *client, struct request *request) {
    flush(client, request, false);
}

/* FLUSHALL [ASYNC | SYNC] */
static void cmd_flushall(struct client *client, struct request *request) {
    flush(client, request, true);
}

/* TIME */
static void cmd_time(struct client *client, struct request *request) {
    (void)request;
    int64_t now = clock_wall_us();
    reply_array(client, 2);
    reply_bulk_integer(client, now / 1000000);
    reply_bulk_integer(client, now % 1000000);
}

const struct command server_commands[] = {
    {"select", cmd_select, 2, CMD_LOADING | CMD_STALE | CMD_FAST},
    {"swapdb", cmd_swapdb, 3, CMD_WRITE | CMD_FAST},
    {"dbsize", cmd_dbsize, 1, CMD_READONLY | CMD_FAST},
    {"flushdb", cmd_flushdb, -1, CMD_WRITE},
    {"flushall", cmd_flushall, -1, CMD_WRITE},
    {"time", cmd_time, 1, CMD_LOADING | CMD_STALE | CMD_FAST},
    {0},
};
