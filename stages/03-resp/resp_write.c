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

static void __attribute__((noinline))
write_bulk(struct buf *out, const void *bytes, size_t len) {
    char *start = buf_reserve(out, NUMBER_LINE + len + 2);
    char *at = put_number(start, '$', (int64_t)len);
    if (len > 0)
        memcpy(at, bytes, len);
    at += len;
    *at++ = '\r';
    *at++ = '\n';
    buf_commit(out, (size_t)(at - start));
}

/* The first lines of short strings, and bytes of each of them. */
enum { SHORT_MOST = 32, HEAD_ROOM = 8 };
static const char heads[SHORT_MOST + 1][HEAD_ROOM] = {
    "$0\r\n",  "$1\r\n",  "$2\r\n",  "$3\r\n",  "$4\r\n",  "$5\r\n",  "$6\r\n",
    "$7\r\n",  "$8\r\n",  "$9\r\n",  "$10\r\n", "$11\r\n", "$12\r\n", "$13\r\n",
    "$14\r\n", "$15\r\n", "$16\r\n", "$17\r\n", "$18\r\n", "$19\r\n", "$20\r\n",
    "$21\r\n", "$22\r\n", "$23\r\n", "$24\r\n", "$25\r\n", "$26\r\n", "$27\r\n",
    "$28\r\n", "$29\r\n", "$30\r\n", "$31\r\n", "$32\r\n",
};

/* A reply may have many short strings. For one that there is room for, no other
 * function is called, so that no registers have to be saved. */
void resp_write_bulk(struct buf *out, const void *bytes, size_t len) {
    if (len > SHORT_MOST || out->room - out->end < HEAD_ROOM + len + 2) {
        write_bulk(out, bytes, len);
        return;
    }
    char *start = out->block + out->end, *at = start;
    memcpy(at, heads[len], HEAD_ROOM);
    at += 4 + (len >= 10);
    bytes_copy(at, bytes, len);
    at += len;
    *at++ = '\r';
    *at++ = '\n';
    buf_commit(out, (size_t)(at - start));
}
