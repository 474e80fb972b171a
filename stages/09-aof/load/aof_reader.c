#include "aof_reader.h"

#include <string.h>

enum aof_parsed aof_reader_damage(struct aof_reader *reader, size_t at,
                                  const char *what) {
    reader->wrong_at = at;
    reader->wrong = what;
    return AOF_DAMAGED;
}

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
    parsed = aof_request_take(&place, &reader->request);
    if (parsed == AOF_DAMAGED)
        return aof_reader_damage(reader, *at, "this is no command");
    if (parsed == AOF_WHOLE)
        *at = place.at;
    return parsed;
}
