#include "aof_request.h"

#include <limits.h>
#include <string.h>

#include "command.h"

/* A place in the file where something is read. */
struct place {
    char *bytes;
    size_t at, len;
};

/* Takes one byte, which must be the given one. */
static enum aof_parsed take_byte(struct place *place, char byte) {
    if (place->at == place->len)
        return AOF_CUT;
    return place->bytes[place->at++] == byte ? AOF_WHOLE : AOF_DAMAGED;
}

static enum aof_parsed take_line_end(struct place *place) {
    enum aof_parsed parsed = take_byte(place, '\r');
    return parsed == AOF_WHOLE ? take_byte(place, '\n') : parsed;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Takes a line of the given kind with a number from least to most. The number
 * must be written as the server writes it, without leading zeros. */
static enum aof_parsed take_number(struct place *place, char kind, size_t least,
                                   size_t most, size_t *number) {
    enum aof_parsed parsed = take_byte(place, kind);
    if (parsed != AOF_WHOLE)
        return parsed;
    size_t began = place->at;
    *number = 0;
    while (place->at < place->len && is_digit(place->bytes[place->at])) {
        *number = *number * 10 + (size_t)(place->bytes[place->at] - '0');
        if (*number > most)
            return AOF_DAMAGED;
        place->at++;
    }
    size_t digits = place->at - began;
    if (digits == 0)
        return place->at == place->len ? AOF_CUT : AOF_DAMAGED;
    if (*number < least || (digits > 1 && place->bytes[began] == '0'))
        return AOF_DAMAGED;
    return take_line_end(place);
}

static enum aof_parsed take_count(struct place *place, size_t *count) {
    return take_number(place, '*', 1, INT_MAX, count);
}

static enum aof_parsed take_length(struct place *place, size_t *length) {
    return take_number(place, '$', 0, RESP_BULK_MAX, length);
}

/* Takes that many arguments. */
static enum aof_parsed take_arguments(struct place *place, size_t count,
                                      struct request *request) {
    for (size_t i = 0; i < count; i++) {
        size_t length;
        enum aof_parsed parsed = take_length(place, &length);
        if (parsed != AOF_WHOLE)
            return parsed;
        if (length > place->len - place->at)
            return AOF_CUT;
        char *argument = place->bytes + place->at;
        place->at += length;
        parsed = take_line_end(place);
        if (parsed != AOF_WHOLE)
            return parsed;
        request_add(request, argument, length);
    }
    return AOF_WHOLE;
}

static enum aof_parsed take_command(struct place *place,
                                    struct request *request) {
    size_t began = place->at, count;
    request_reset(request);
    enum aof_parsed parsed = take_count(place, &count);
    if (parsed == AOF_WHOLE)
        parsed = take_arguments(place, count, request);
    request->size = place->at - began;
    return parsed;
}

enum aof_parsed aof_request_parse(struct request *request, char *bytes,
                                  size_t len, size_t at) {
    struct place place = {bytes, at, len};
    return take_command(&place, request);
}

/* Commands that were swallowed by a wrong length. */

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
static bool are_commands(struct place place, struct request *request) {
    if (place.at == place.len)
        return false;
    while (place.at < place.len)
        if (take_command(&place, request) != AOF_WHOLE || !is_known(request))
            return false;
    return true;
}

/* The last argument of a command that was cut off. */
struct last_argument {
    size_t digits, digit_count; /* the place of its length */
    size_t length;
    struct place value;
    size_t more; /* arguments that have to follow it */
};

/* Returns false if the command is not cut off in its last argument. */
static bool find_last_argument(struct request *request, char *bytes, size_t len,
                               size_t at, struct last_argument *last) {
    struct place place = {bytes, at, len};
    size_t count;
    if (take_count(&place, &count) != AOF_WHOLE)
        return false;
    size_t whole = request->argc;
    if (whole > 0) {
        struct slice before = request->argv[whole - 1];
        place.at = (size_t)(before.ptr + before.len + 2 - bytes);
    }
    last->digits = place.at + 1;
    if (take_length(&place, &last->length) != AOF_WHOLE)
        return false;
    last->digit_count = place.at - 2 - last->digits;
    last->value = place;
    last->more = count - whole - 1;
    return true;
}

/* Returns true if the value ends with whole commands. Each star is tried as the
 * beginning of the first one; the search goes on behind what is no command. */
static bool ends_with_commands(struct place value, struct request *request) {
    while (value.at < value.len) {
        char *from = value.bytes + value.at;
        char *star = memchr(from, '*', value.len - value.at);
        if (star == NULL)
            return false;
        value.at += (size_t)(star - from);
        struct place place = value;
        while (place.at < place.len &&
               take_command(&place, request) == AOF_WHOLE)
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
    struct place place = last->value;
    if (length >= place.len - place.at)
        return false;
    place.at += length;
    request_reset(request);
    if (take_line_end(&place) != AOF_WHOLE)
        return false;
    struct place before = {place.bytes, last->value.at, place.at};
    return take_arguments(&place, last->more, request) == AOF_WHOLE &&
           are_commands(place, request) && !ends_with_commands(before, request);
}

bool aof_request_swallowed(struct request *request, char *bytes, size_t len,
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
