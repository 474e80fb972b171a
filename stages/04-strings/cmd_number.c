/* Commands that count: values that spell numbers, made larger or smaller. */
#include <math.h>

#include "arguments.h"
#include "command.h"
#include "number.h"

/* Adds to the number that the key holds; a key that is not there holds 0. */
static void add(struct client *client, struct slice name, int64_t by) {
    struct key key = keyspace_key(client, name);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    int64_t value = 0;
    if (entry != NULL && !entry_integer(entry, &value)) {
        reply_not_an_integer(client);
        return;
    }
    if (__builtin_add_overflow(value, by, &value)) {
        reply_error(client, "ERR increment or decrement would overflow");
        return;
    }
    keyspace_set_integer(&key, value);
    keyspace_changed(&key, "$incrby", 1);
    reply_integer(client, value);
}

/* INCR key */
static void cmd_incr(struct client *client, struct request *request) {
    add(client, request->argv[1], 1);
}

/* DECR key */
static void cmd_decr(struct client *client, struct request *request) {
    add(client, request->argv[1], -1);
}

/* INCRBY key increment */
static void cmd_incrby(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    int64_t by;
    if (argument_i64(client, argv[2], &by))
        add(client, argv[1], by);
}

/* DECRBY key decrement */
static void cmd_decrby(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    int64_t by;
    if (!argument_i64(client, argv[2], &by))
        return;
    /* The least number is the one that has no opposite. */
    if (by == INT64_MIN)
        reply_error(client, "ERR decrement would overflow");
    else
        add(client, argv[1], -by);
}

/* The fraction that an entry's value spells; 0 for no entry. */
static bool entry_decimal(const struct entry *entry, long double *out) {
    char scratch[NUMBER_I64_MAX_TEXT];
    *out = 0;
    if (entry == NULL)
        return true;
    struct slice value = entry_value(entry, scratch);
    return parse_decimal(value.ptr, value.len, out);
}

/* INCRBYFLOAT key increment: in long doubles, like Redis, so that the digits
 * that come out are the same */
static void cmd_incrbyfloat(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    struct slice by_text = request->argv[2];
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    long double value, by;
    if (!entry_decimal(entry, &value) ||
        !parse_decimal(by_text.ptr, by_text.len, &by)) {
        reply_error(client, "ERR value is not a valid float");
        return;
    }
    value += by;
    if (!isfinite(value)) {
        reply_error(client, "ERR increment would produce NaN or Infinity");
        return;
    }
    char text[NUMBER_DECIMAL_MAX_TEXT];
    struct slice sum = {text, format_decimal(text, value)};
    /* As in Redis, a sum such as 3 is kept as text too. */
    keyspace_set_string(&key, sum);
    keyspace_changed(&key, "$incrbyfloat", 1);
    reply_slice(client, sum);
}

const struct command number_commands[] = {
    {"incr", cmd_incr, 2, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"decr", cmd_decr, 2, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"incrby", cmd_incrby, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"decrby", cmd_decrby, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"incrbyfloat", cmd_incrbyfloat, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {0},
};
