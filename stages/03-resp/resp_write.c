#include "resp_write.h"

#include "bytes.h"
#include "number.h"

enum { NUMBER_LINE = NUMBER_I64_MAX_TEXT + 3 }; /* bytes at most */

static char *put_number(char *at, char type, int64_t value) {
    *at++ = type;
    /* Nearly all lengths have one or two digits. */
    if (value >= 0 && value <= 99) {
        unsigned small = (unsigned)value;
        if (small >= 10)
            *at++ = (char)('0' + small / 10);
        *at++ = (char)('0' + small % 10);
    } else {
        at += format_i64(at, value);
    }
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

void resp_write_number(struct buf *out, char type, int64_t value) {
    char *start = buf_reserve(out, NUMBER_LINE);
    buf_commit(out, (size_t)(put_number(start, type, value) - start));
}

void resp_write_bulk(struct buf *out, const void *bytes, size_t len) {
    char *start = buf_reserve(out, NUMBER_LINE + len + 2);
    char *at = put_number(start, '$', (int64_t)len);
    bytes_copy(at, bytes, len);
    at += len;
    *at++ = '\r';
    *at++ = '\n';
    buf_commit(out, (size_t)(at - start));
}
