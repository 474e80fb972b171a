#include "arguments.h"

#include <limits.h>

#include "number.h"
#include "reply.h"

void reply_syntax_error(struct client *client) {
    reply_error(client, "ERR syntax error");
}

void reply_not_an_integer(struct client *client) {
    reply_error(client, "ERR value is not an integer or out of range");
}

bool argument_i64(struct client *client, struct slice argument, int64_t *out) {
    if (parse_i64(argument.ptr, argument.len, out))
        return true;
    reply_not_an_integer(client);
    return false;
}

static bool argument_int(struct client *client, struct slice argument,
                         int *out) {
    int64_t value;
    if (!argument_i64(client, argument, &value))
        return false;
    if (value < INT_MIN || value > INT_MAX) {
        /* Redis's words, grammar included. */
        reply_error(client, "ERR value is out of range, value must between "
                            "-2147483648 and 2147483647");
        return false;
    }
    *out = (int)value;
    return true;
}

bool database_exists(struct client *client, int number) {
    if (number >= 0 && number < keyspace_databases)
        return true;
    reply_error(client, "ERR DB index is out of range");
    return false;
}

bool argument_database(struct client *client, struct slice argument, int *out) {
    return argument_int(client, argument, out) && database_exists(client, *out);
}

void reply_wrong_type(struct client *client) {
    reply_error(client, "WRONGTYPE Operation against a key holding the wrong "
                        "kind of value");
}

bool check_type(struct client *client, const struct entry *entry,
                enum type type) {
    if (entry == NULL || entry_type(entry) == type)
        return true;
    reply_wrong_type(client);
    return false;
}

bool lookup_string(struct client *client, const struct key *key,
                   const struct entry **entry) {
    *entry = keyspace_read(client, key);
    return check_type(client, *entry, TYPE_STRING);
}

const struct entry *lookup_if_string(struct client *client,
                                     const struct key *key) {
    const struct entry *entry = keyspace_read(client, key);
    return entry != NULL && entry_type(entry) == TYPE_STRING ? entry : NULL;
}

void reply_value(struct client *client, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (entry != NULL)
        reply_slice(client, entry_value(entry, scratch));
    else
        reply_null(client);
}
