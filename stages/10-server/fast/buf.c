#include "buf.h"

#include <stdlib.h>

#include "spare.h"
#include "xalloc.h"

void buf_grow(struct buf *buf, size_t len) {
    if (buf_move_down(buf, len))
        return;
    size_t room = buf->room != 0 ? buf->room * 2 : BUF_BLOCK;
    /* By its size, output.c knows the first block again. */
    bool exactly = buf->room == 0 || room < buf->end + len;
    if (room < buf->end + len)
        room = buf->end + len;
    char *block = spare_take(room, 2 * room);
    if (block == NULL) {
        /* A mapped block grows without a copy: its pages are moved. */
        buf->block = xrealloc(buf->block, room);
        buf->room = room;
        return;
    }
    size_t held = buf_len(buf);
    if (held > 0)
        memcpy(block, buf_bytes(buf), held);
    buf_free(buf);
    /* Who asks for much at once knows what will come and gets that; a buffer
     * that goes on growing gets all of the block. */
    *buf = (struct buf){.block = block,
                        .end = held,
                        .room = exactly ? room : spare_room(block)};
}

void buf_free(struct buf *buf) {
    if (buf->room < SPARE_LEAST || !spare_keep(buf->block))
        free(buf->block);
    *buf = (struct buf){0};
}
