#include "scan_options.h"

#include <inttypes.h>
#include <stdio.h>

#include "arguments.h"
#include "glob.h"
#include "reply.h"

enum { USUAL_COUNT = 10 };

struct scan_options scan_options_for(struct slice pattern) {
    bool any = pattern.len == 1 && pattern.ptr[0] == '*';
    return (struct scan_options){pattern, any, USUAL_COUNT};
}

/* A cursor is any number of 64 bits, read as strtoul reads it, since that is
 * how Redis reads it: there may be a sign, which wraps around; nothing is 0; a
 * NUL ends it. */
static bool parse_cursor(struct slice text, uint64_t *out) {
    size_t i = 0, digits;
    bool minus = text.len > 0 && text.ptr[0] == '-';
    uint64_t value = 0;
    if (minus || (text.len > 0 && text.ptr[0] == '+'))
        i++;
    for (digits = i; i < text.len && text.ptr[i] != '\0'; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' ||
            __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text.ptr[i] - '0'),
                                   &value))
            return false;
    }
    *out = minus ? 0 - value : value;
    return digits == 0 || i > digits;
}

bool scan_cursor(struct client *client, struct slice text, uint64_t *cursor) {
    if (parse_cursor(text, cursor))
        return true;
    reply_error(client, "ERR invalid cursor");
    return false;
}

static bool parse_count(struct client *client, struct slice text,
                        uint64_t *out) {
    int64_t count;
    if (!argument_i64(client, text, &count))
        return false;
    if (count < 1) {
        reply_syntax_error(client);
        return false;
    }
    *out = (uint64_t)count;
    return true;
}

bool scan_options_parse(struct client *client, const struct slice *words,
                        size_t word_count, struct scan_options *options,
                        const struct slice **type) {
    static char every[] = "*";
    struct slice pattern = {every, 1};
    uint64_t count = USUAL_COUNT;
    if (type != NULL)
        *type = NULL;
    for (size_t i = 0; i < word_count; i += 2) {
        bool has_value = i + 1 < word_count;
        if (has_value && slice_is(words[i], "match")) {
            pattern = words[i + 1];
        } else if (has_value && type != NULL && slice_is(words[i], "type")) {
            *type = &words[i + 1];
        } else if (has_value && slice_is(words[i], "count")) {
            if (!parse_count(client, words[i + 1], &count))
                return false;
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    *options = scan_options_for(pattern);
    options->count = count;
    return true;
}

bool scan_options_fit(const struct scan_options *options,
                      struct slice element) {
    return options->any || glob_match(options->pattern, element, false);
}

void scan_reply_cursor(struct client *client, uint64_t cursor) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, cursor);
    reply_array(client, 2);
    reply_text(client, text);
}
