#include "short_request.h"

/* Reads a line with a type and a length of one to four digits. Returns the
 * place behind it, or NULL if it is another one. */
static inline char *take_length(char *at, const char *end, char type,
                                size_t *length) {
    if (end - at < 7 || *at++ != type || *at < '1' || *at > '9')
        return NULL;
    size_t number = (size_t)(*at++ - '0');
    for (int i = 0; i < 3 && *at >= '0' && *at <= '9'; i++)
        number = number * 10 + (size_t)(*at++ - '0');
    *length = number;
    return *at == '\r' ? at + 2 : NULL;
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
        if (from == NULL || (size_t)(end - from) < argument->len + 2)
            return false;
        argument->ptr = from;
        at = from + argument->len + 2;
    }
    request->argc = request->wanted = count;
    request->size = (size_t)(at - bytes);
    return true;
}
