#include "short_request.h"

#include "bytes.h"

/* A line "*0\r\n" or "$0\r\n", as bytes_load_four() reads it. */
static inline uint32_t line_of(char type) {
    return (uint32_t)(unsigned char)type | 0x0a0d3000;
}

/* The value of a digit; of any other byte it is more than nine. */
static inline unsigned digit_at(const char *at) {
    return (unsigned)(unsigned char)*at - '0';
}

/* Reads a line with a type and a length of two to four digits, as
 * take_length() does. */
static inline char *take_long(char *at, char type, size_t *length) {
    enum { LENGTH_MOST = 9999 };
    if (at[0] != type || digit_at(at + 1) - 1 > 8)
        return NULL;
    size_t number = digit_at(++at);
    for (unsigned digit; (digit = digit_at(++at)) <= 9;) {
        number = number * 10 + digit;
        if (number > LENGTH_MOST)
            return NULL;
    }
    *length = number;
    return *at == '\r' ? at + 2 : NULL;
}

/* Reads a line with a type and a length of one to four digits, of which the
 * first is no zero. Returns the place behind it, or NULL if it is another one.
 * Most lengths have one digit. Then all four bytes of the line are compared at
 * once, and what differs from that of a zero is the digit. */
static inline char *take_length(char *at, const char *end, char type,
                                size_t *length) {
    enum { LINE_MOST = 7 };
    if (end - at < LINE_MOST)
        return NULL;
    uint32_t line = (uint32_t)bytes_load_four((unsigned char *)at);
    /* If the other three bytes are right, they are 0 now. Turned by one byte
     * the word is the digit itself; anything else is too large a number. */
    uint32_t rest = line ^ line_of(type);
    uint32_t number = rest >> 8 | rest << 24;
    if (number - 1 > 8)
        return take_long(at, type, length);
    *length = number;
    return at + 4;
}

bool short_request(struct request *request, char *bytes, size_t len) {
    const char *end = bytes + len;
    size_t count;
    if (request->begun)
        return false;
    char *at = take_length(bytes, end, '*', &count);
    if (at == NULL || count > request->room)
        return false;
    struct slice *argument = request->argv;
    for (size_t left = count; left > 0; left--, argument++) {
        char *from = take_length(at, end, '$', &argument->len);
        /* As resp_parse(), it takes the two bytes behind an argument for a
         * line's end without looking. */
        if (from == NULL || (size_t)(end - from) < argument->len + 2)
            return false;
        argument->ptr = from;
        at = from + argument->len + 2;
    }
    request->argc = request->wanted = count;
    request->bulk = -1; /* as resp_parse() leaves it: nothing is announced */
    request->size = (size_t)(at - bytes);
    return true;
}
