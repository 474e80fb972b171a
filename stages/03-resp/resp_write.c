#include "resp_write.h"

#include "number.h"

/* Written in place: nearly every reply has such a line. */
void resp_write_number(struct buf *out, char type, int64_t value) {
    char *start = buf_reserve(out, 1 + NUMBER_I64_MAX_TEXT + 2), *at = start;
    *at++ = type;
    at += format_i64(at, value);
    *at++ = '\r';
    *at++ = '\n';
    buf_commit(out, (size_t)(at - start));
}

void resp_write_bulk(struct buf *out, const void *bytes, size_t len) {
    resp_write_number(out, '$', (int64_t)len);
    buf_append(out, bytes, len);
    buf_append(out, "\r\n", 2);
}
