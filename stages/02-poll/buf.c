#include "buf.h"

#include <assert.h>
#include <stdlib.h>

#include "xalloc.h"

void buf_grow(struct buf *buf, size_t len) {
    size_t held = buf_len(buf), needed = buf->end + len;
    /* Moving the bytes down pays when it frees half of the block: each byte
     * is then moved at most once for each byte consumed. */
    if (held + len <= buf->room && buf->start >= buf->room / 2) {
        memmove(buf->block, buf_bytes(buf), held);
        buf->start = 0;
        buf->end = held;
        return;
    }
    size_t room = buf->room != 0 ? buf->room * 2 : BUF_BLOCK;
    buf->room = room < needed ? needed : room;
    buf->block = xrealloc(buf->block, buf->room);
}

void buf_consume(struct buf *buf, size_t len) {
    assert(len <= buf_len(buf));
    buf->start += len;
    if (buf->start == buf->end)
        buf_free(buf);
}

void buf_free(struct buf *buf) {
    free(buf->block);
    *buf = (struct buf){0};
}
