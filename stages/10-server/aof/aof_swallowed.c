#include "aof_swallowed.h"

#include <string.h>

#include "command.h"

/* Returns true if a command may stand in a file. */
static bool is_known(const struct request *request) {
    struct slice name = request->argv[0];
    if (slice_is(name, "multi") || slice_is(name, "exec"))
        return request->argc == 1;
    const struct command *command =
        command_called(request->argv, request->argc);
    return command != NULL && command_takes(command, request->argc);
}

/* Returns true if the rest consists of such commands, and is not empty. */
static bool are_commands(struct aof_place place, struct request *request) {
    if (place.at == place.len)
        return false;
    while (place.at < place.len)
        if (aof_request_take(&place, request) != AOF_WHOLE ||
            !is_known(request))
            return false;
    return true;
}

/* The last argument of a command that was cut off. */
struct last_argument {
    size_t digits, digit_count; /* the place of its length */
    size_t length;
    struct aof_place value;
    size_t more; /* arguments that have to follow it */
};

/* Returns false if the command is not cut off in its last argument. */
static bool find_last_argument(struct request *request, char *bytes, size_t len,
                               size_t at, struct last_argument *last) {
    struct aof_place place = {bytes, at, len};
    size_t count;
    if (aof_request_take_number(&place, '*', &count) != AOF_WHOLE)
        return false;
    size_t whole = request->argc;
    if (whole > 0) {
        struct slice before = request->argv[whole - 1];
        place.at = (size_t)(before.ptr + before.len + 2 - bytes);
    }
    last->digits = place.at + 1;
    if (aof_request_take_number(&place, '$', &last->length) != AOF_WHOLE)
        return false;
    last->digit_count = place.at - 2 - last->digits;
    last->value = place;
    last->more = count - whole - 1;
    return true;
}

/* Returns true if the value ends with whole commands. Each star is tried as the
 * beginning of the first one; the search goes on behind what is no command. */
static bool ends_with_commands(struct aof_place value,
                               struct request *request) {
    while (value.at < value.len) {
        char *from = value.bytes + value.at;
        char *star = memchr(from, '*', value.len - value.at);
        if (star == NULL)
            return false;
        value.at += (size_t)(star - from);
        struct aof_place place = value;
        while (place.at < place.len &&
               aof_request_take(&place, request) == AOF_WHOLE)
            value.at = place.at;
        if (value.at == value.len)
            return true;
        value.at = place.at > value.at ? place.at : value.at + 1;
    }
    return false;
}

/* Returns true if everything fits once the argument has the given length. */
static bool fits(const struct last_argument *last, size_t length,
                 struct request *request) {
    struct aof_place place = last->value;
    if (length >= place.len - place.at)
        return false;
    place.at += length;
    request_reset(request);
    if (aof_request_take_line_end(&place) != AOF_WHOLE)
        return false;
    struct aof_place before = {place.bytes, last->value.at, place.at};
    return aof_request_take_arguments(&place, last->more, request) ==
               AOF_WHOLE &&
           are_commands(place, request) && !ends_with_commands(before, request);
}

bool aof_swallowed(struct request *request, char *bytes, size_t len,
                   size_t at) {
    struct last_argument last;
    if (!find_last_argument(request, bytes, len, at, &last))
        return false;
    size_t unit = 1;
    for (size_t i = last.digit_count; i-- > 0; unit *= 10) {
        size_t digit = (size_t)(bytes[last.digits + i] - '0');
        size_t rest = last.length - digit * unit;
        /* A length of several digits does not begin with 0. */
        for (size_t d = i == 0 && last.digit_count > 1; d < 10; d++)
            if (d != digit && fits(&last, rest + d * unit, request))
                return true;
    }
    return false;
}
