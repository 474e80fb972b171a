/* Replies of short strings and small numbers, written in few steps. */
#include "resp_write.h"

#include "bytes.h"
#include "number.h"

/* Nearly all numbers have one or two digits. */
void resp_write_number(struct buf *out, char type, int64_t value) {
    char *start = buf_reserve(out, 1 + NUMBER_I64_MAX_TEXT + 2), *at = start;
    *at++ = type;
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
    buf_commit(out, (size_t)(at - start));
}

/* A string that is not short, or for which there is no room yet. */
static void __attribute__((noinline))
write_long(struct buf *out, const void *bytes, size_t len) {
    buf_reserve(out, 1 + NUMBER_I64_MAX_TEXT + 2 + len + 2);
    resp_write_number(out, '$', (int64_t)len);
    buf_append(out, bytes, len);
    buf_append(out, "\r\n", 2);
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
        write_long(out, bytes, len);
        return;
    }
    /* Eight bytes at once, whether the head has four or five; what is too much
     * is overwritten. */
    char *start = out->block + out->end, *at = start;
    memcpy(at, heads[len], HEAD_ROOM);
    at += 4 + (len >= 10);
    bytes_copy(at, bytes, len);
    at += len;
    *at++ = '\r';
    *at++ = '\n';
    buf_commit(out, (size_t)(at - start));
}
