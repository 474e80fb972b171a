#include "aof_reader.h"

#include "aof_block.h"
#include "aof_swallowed.h"

static enum aof_parsed damaged(struct aof_reader *reader, const char *what) {
    reader->wrong = what;
    return AOF_DAMAGED;
}

static enum aof_parsed skip_lines(struct aof_reader *reader, size_t *at) {
    while (*at < reader->len && reader->bytes[*at] == '#') {
        size_t line = 0;
        enum aof_parsed parsed = aof_block_check(
            reader->bytes + *at, reader->len - *at, &reader->in_blocks, &line);
        if (parsed == AOF_DAMAGED)
            return damaged(
                reader, "what was written from here on has another checksum");
        if (parsed != AOF_WHOLE)
            return parsed;
        *at += line;
    }
    return *at < reader->len ? AOF_WHOLE : AOF_NOTHING_LEFT;
}

enum aof_parsed aof_reader_next(struct aof_reader *reader, size_t *at) {
    enum aof_parsed parsed = skip_lines(reader, at);
    if (parsed != AOF_WHOLE)
        return parsed;
    struct aof_place place = {reader->bytes, *at, reader->len};
    parsed = aof_request_take(&place, &reader->request);
    if (parsed == AOF_DAMAGED)
        return damaged(reader, "this is no command");
    if (parsed == AOF_CUT &&
        aof_swallowed(&reader->request, reader->bytes, reader->len, *at))
        return damaged(
            reader,
            "this command goes on behind the end of the file, since a digit of "
            "a length is wrong: whole commands follow it");
    if (parsed == AOF_WHOLE)
        *at = place.at;
    return parsed;
}
