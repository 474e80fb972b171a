#include "buf.h"

#include <assert.h>
#include <stdlib.h>

#include "spare.h"
#include "xalloc.h"

/* Replaces the block by a spare one, if there is one. Who asks for much at once
 * knows what will come and gets that; otherwise the buffer goes on growing, so
 * it gets all of the block. */
static bool take_spare(struct buf *buf, size_t room, bool exactly) {
    char *block = spare_take(room, 2 * room);
    if (block == NULL)
        return false;
    size_t held = buf_len(buf);
    if (held > 0)
        memcpy(block, buf_bytes(buf), held);
    buf_free(buf);
    *buf = (struct buf){.block = block,
                        .end = held,
                        .room = exactly ? room : spare_room(block)};
    return true;
}

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
    bool exactly = room < needed;
    if (exactly)
        room = needed;
    if (take_spare(buf, room, exactly))
        return;
    /* A mapped block grows without a copy: its pages are moved. */
    buf->block = xrealloc(buf->block, room);
    buf->room = room;
}

void buf_consume(struct buf *buf, size_t len) {
    assert(len <= buf_len(buf));
    buf->start += len;
    if (buf->start == buf->end)
        buf_free(buf);
}

void buf_free(struct buf *buf) {
    if (buf->room < SPARE_LEAST || !spare_keep(buf->block))
        free(buf->block);
    *buf = (struct buf){0};
}
