#include "aof_request.h"

#include <ctype.h>
#include <limits.h>

#include "rdb_reader.h"

/* Takes one byte, which must be the given one. */
static enum aof_parsed take_byte(struct aof_place *place, char byte) {
    if (place->at == place->len)
        return AOF_CUT;
    return place->bytes[place->at++] == byte ? AOF_WHOLE : AOF_DAMAGED;
}

enum aof_parsed aof_request_take_line_end(struct aof_place *place) {
    enum aof_parsed parsed = take_byte(place, '\r');
    return parsed == AOF_WHOLE ? take_byte(place, '\n') : parsed;
}

enum aof_parsed aof_request_take_number(struct aof_place *place, char kind,
                                        size_t *number) {
    size_t least = kind == '*' ? 1 : 0;
    size_t most = kind == '*' ? INT_MAX : RDB_STRING_MOST;
    enum aof_parsed parsed = take_byte(place, kind);
    if (parsed != AOF_WHOLE)
        return parsed;
    size_t began = place->at;
    *number = 0;
    while (place->at < place->len &&
           isdigit((unsigned char)place->bytes[place->at])) {
        *number = *number * 10 + (size_t)(place->bytes[place->at] - '0');
        if (*number > most)
            return AOF_DAMAGED;
        place->at++;
    }
    size_t digits = place->at - began;
    if (digits == 0)
        return place->at == place->len ? AOF_CUT : AOF_DAMAGED;
    /* Even if the file ends here: more digits would not mend it. */
    if (*number < least || (digits > 1 && place->bytes[began] == '0'))
        return AOF_DAMAGED;
    return aof_request_take_line_end(place);
}

enum aof_parsed aof_request_take_arguments(struct aof_place *place,
                                           size_t count,
                                           struct request *request) {
    for (size_t i = 0; i < count; i++) {
        size_t length;
        enum aof_parsed parsed = aof_request_take_number(place, '$', &length);
        if (parsed != AOF_WHOLE)
            return parsed;
        if (length > place->len - place->at)
            return AOF_CUT;
        char *argument = place->bytes + place->at;
        place->at += length;
        parsed = aof_request_take_line_end(place);
        if (parsed != AOF_WHOLE)
            return parsed;
        request_add(request, argument, length);
    }
    return AOF_WHOLE;
}

enum aof_parsed aof_request_take(struct aof_place *place,
                                 struct request *request) {
    size_t began = place->at, count;
    request_reset(request);
    enum aof_parsed parsed = aof_request_take_number(place, '*', &count);
    if (parsed == AOF_WHOLE)
        parsed = aof_request_take_arguments(place, count, request);
    request->size = place->at - began;
    return parsed;
}
