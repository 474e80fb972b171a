/* Fields as counters: HINCRBY HINCRBYFLOAT. */
#include <math.h>

#include "arguments.h"
#include "command.h"
#include "hash_key.h"

/* Sets a field, which may exist, to the text of a number. */
static void set_number(struct hash_key *at, const char *event,
                       struct slice field, struct slice text) {
    struct slice pair[] = {field, text};
    (void)hash_key_set(at, event, pair, 1); /* new or not: it has the number */
}

/* HINCRBY key field increment */
static void cmd_hincrby(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    char text[NUMBER_I64_MAX_TEXT];
    struct hash_key at;
    struct slice old;
    int64_t by, value = 0;
    if (!argument_i64(client, argv[3], &by) ||
        !hash_key_find(client, argv[1], &at))
        return;
    if (at.hash != NULL && hash_get(at.hash, argv[2], &old, text) &&
        !parse_i64(old.ptr, old.len, &value)) {
        reply_error(client, "ERR hash value is not an integer");
        return;
    }
    if (__builtin_add_overflow(value, by, &value)) {
        reply_error(client, "ERR increment or decrement would overflow");
        return;
    }
    /* The old text may lie in this buffer; it has been read. */
    set_number(&at, "hhincrby", argv[2],
               (struct slice){text, format_i64(text, value)});
    reply_integer(client, value);
}

/* Reads the increment, which must be finite. Returns false after the error
 * reply. */
static bool decimal_argument(struct client *client, struct slice text,
                             long double *out) {
    if (!parse_decimal(text.ptr, text.len, out))
        reply_error(client, "ERR value is not a valid float");
    else if (!isfinite(*out))
        reply_error(client, "ERR value is NaN or Infinity");
    else
        return true;
    return false;
}

/* HINCRBYFLOAT key field increment */
static void cmd_hincrbyfloat(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    char scratch[NUMBER_I64_MAX_TEXT];
    struct hash_key at;
    struct slice old;
    long double by, value = 0;
    if (!decimal_argument(client, argv[3], &by) ||
        !hash_key_find(client, argv[1], &at))
        return;
    if (at.hash != NULL && hash_get(at.hash, argv[2], &old, scratch) &&
        !parse_decimal(old.ptr, old.len, &value)) {
        reply_error(client, "ERR hash value is not a float");
        return;
    }
    /* A field may hold "inf": only the sum is refused, as in Redis. */
    value += by;
    if (!isfinite(value)) {
        reply_error(client, "ERR increment would produce NaN or Infinity");
        return;
    }
    char text[NUMBER_DECIMAL_MAX_TEXT];
    struct slice sum = {text, format_decimal(text, value)};
    set_number(&at, "hhincrbyfloat", argv[2], sum);
    reply_slice(client, sum);
}

const struct command hash_number_commands[] = {
    {"hincrby", cmd_hincrby, 4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"hincrbyfloat", cmd_hincrbyfloat, 4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {0},
};
