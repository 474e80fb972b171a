#include "aof_reader.h"

#include <string.h>

static enum aof_parsed skip_comments(const struct aof_reader *reader,
                                     size_t *at) {
    while (*at < reader->len && reader->bytes[*at] == '#') {
        const char *line = reader->bytes + *at;
        const char *end = memchr(line, '\n', reader->len - *at);
        if (end == NULL)
            return AOF_CUT;
        *at += (size_t)(end - line) + 1;
    }
    return *at < reader->len ? AOF_WHOLE : AOF_NOTHING_LEFT;
}

enum aof_parsed aof_reader_next(struct aof_reader *reader, size_t *at) {
    enum aof_parsed parsed = skip_comments(reader, at);
    if (parsed != AOF_WHOLE)
        return parsed;
    struct aof_place place = {reader->bytes, *at, reader->len};
    reader->wrong = "this is no command";
    parsed = aof_request_take(&place, &reader->request);
    if (parsed == AOF_WHOLE)
        *at = place.at;
    return parsed;
}
