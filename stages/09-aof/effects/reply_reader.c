#include "reply_reader.h"

/* Reads a line without its first byte and its line end. */
static bool read_line(struct slice left, struct slice *line) {
    char *end = left.len > 0 ? memchr(left.ptr, '\r', left.len) : NULL;
    if (end == NULL || end + 1 == left.ptr + left.len)
        return false;
    *line = (struct slice){left.ptr + 1, (size_t)(end - left.ptr) - 1};
    return true;
}

bool reply_read(struct slice *left, struct reply_item *item) {
    struct slice line;
    struct reply_item read;
    if (!read_line(*left, &line) || !reply_read_head(left->ptr[0], line, &read))
        return false;
    size_t used = line.len + 3;
    if (read.kind == '$' && read.number >= 0) {
        if ((uint64_t)read.number > left->len - used)
            return false;
        read.text = (struct slice){left->ptr + used, (size_t)read.number};
        used += read.text.len + 2;
    }
    if (used > left->len)
        return false;
    left->ptr += used;
    left->len -= used;
    *item = read;
    return true;
}

bool reply_read_keyed(struct slice *left, struct reply_item *key) {
    return reply_read(left, key) && (key->kind != '*' || reply_read(left, key));
}
