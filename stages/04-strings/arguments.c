#include "arguments.h"

#include <limits.h>

#include "keyspace.h"
#include "number.h"
#include "reply.h"

bool argument_i64(struct client *client, struct slice argument, int64_t *out) {
    if (parse_i64(argument.ptr, argument.len, out))
        return true;
    reply_not_an_integer(client);
    return false;
}

bool argument_int(struct client *client, struct slice argument, int *out) {
    int64_t value;
    if (!argument_i64(client, argument, &value))
        return false;
    if (value < INT_MIN || value > INT_MAX) {
        reply_error(client, "ERR value is out of range, value must between "
                            "-2147483648 and 2147483647");
        return false;
    }
    *out = (int)value;
    return true;
}

bool database_exists(struct client *client, int number) {
    if (number >= 0 && number < KEYSPACE_DATABASES)
        return true;
    reply_error(client, "ERR DB index is out of range");
    return false;
}

bool argument_database(struct client *client, struct slice argument, int *out) {
    return argument_int(client, argument, out) && database_exists(client, *out);
}
