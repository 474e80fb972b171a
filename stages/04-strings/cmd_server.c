/* Commands about whole databases, and the time. */
#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "commands.h"
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

/* An integer of 32 bits, as SWAPDB takes it: errors are the caller's. */
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

/* Whether the arguments are [ASYNC | SYNC]; else gives the error reply. Both
 * do the same here, since the memory is freed beside the loop anyway. */
static bool check_flush(struct client *client, const struct request *request) {
    if (request->argc == 1 ||
        (request->argc == 2 && (slice_is(request->argv[1], "async") ||
                                slice_is(request->argv[1], "sync"))))
        return true;
    reply_syntax_error(client);
    return false;
}

/* FLUSHDB [ASYNC | SYNC] */
static void cmd_flushdb(struct client *client, struct request *request) {
    if (!check_flush(client, request))
        return;
    (void)keyspace_flush(keyspace_db(client->database));
    keyspace_emptied(false);
    reply_ok(client);
}

/* FLUSHALL [ASYNC | SYNC] */
static void cmd_flushall(struct client *client, struct request *request) {
    if (!check_flush(client, request))
        return;
    for (int i = 0; i < KEYSPACE_DATABASES; i++)
        (void)keyspace_flush(keyspace_db(i));
    keyspace_emptied(true);
    reply_ok(client);
}

/* TIME */
static void cmd_time(struct client *client, struct request *request) {
    (void)request;
    int64_t now = clock_wall_us();
    reply_array(client, 2);
    reply_bulk_integer(client, now / 1000000);
    reply_bulk_integer(client, now % 1000000);
}

/* clang-format off */
const struct command server_commands[] = {
    {"select", cmd_select, 2, CMD_LOADING | CMD_STALE | CMD_FAST |
      CMD_CONNECTION,
     {{0}},
     "connection", "1.0.0", "O(1)",
     "Chooses the database that the connection works on.",
     "index", NULL},
    {"swapdb", cmd_swapdb, 3, CMD_WRITE | CMD_FAST | CMD_DANGEROUS |
      CMD_KEYSPACE,
     {{0}},
     "server", "4.0.0", "O(1)",
     "Exchanges two databases, for all clients at once.",
     "index1 index2", NULL},
    {"dbsize", cmd_dbsize, 1, CMD_READONLY | CMD_FAST | CMD_KEYSPACE,
     {{0}},
     "server", "1.0.0", "O(1)",
     "Answers how many keys the database has.",
     "", NULL,
     .tips = "request_policy:all_shards response_policy:agg_sum"},
    {"flushdb", cmd_flushdb, -1, CMD_WRITE | CMD_DANGEROUS | CMD_KEYSPACE,
     {{0}},
     "server", "1.0.0", "O(1): the memory is freed beside the clients' work",
     "Deletes all keys of the database.",
     "[ASYNC | SYNC]", NULL,
     .tips = "request_policy:all_shards response_policy:all_succeeded"},
    {"flushall", cmd_flushall, -1, CMD_WRITE | CMD_DANGEROUS | CMD_KEYSPACE,
     {{0}},
     "server", "1.0.0", "O(1): the memory is freed beside the clients' work",
     "Deletes all keys of all databases.",
     "[ASYNC | SYNC]", NULL,
     .tips = "request_policy:all_shards response_policy:all_succeeded"},
    {"time", cmd_time, 1, CMD_LOADING | CMD_STALE | CMD_FAST,
     {{0}},
     "server", "2.6.0", "O(1)",
     "Answers the time: seconds since 1970, and microseconds.",
     "", NULL,
     .tips = "nondeterministic_output"},
    {0},
};
/* clang-format on */
