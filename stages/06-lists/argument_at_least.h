/* An integer argument with a lower bound, and an error text of its own. */
#ifndef ARGUMENT_AT_LEAST_H
#define ARGUMENT_AT_LEAST_H

#include "client.h"
#include "number.h"
#include "reply.h"

/* Reads an integer of 64 bits that is not below least. Otherwise it replies
 * with the error, whatever is wrong with the argument, and returns false. */
static inline bool argument_at_least(struct client *client,
                                     struct slice argument, int64_t least,
                                     const char *error, int64_t *out) {
    if (parse_i64(argument.ptr, argument.len, out) && *out >= least)
        return true;
    reply_error(client, error);
    return false;
}

#endif
