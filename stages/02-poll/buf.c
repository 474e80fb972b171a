#include "buf.h"

#include <stdlib.h>

#include "forbid.h"
#include "xalloc.h"

/* The first blocks of buffers, kept for the next ones: a client's replies take
 * one for a turn of the loop. If malloc had it back, what is stored meanwhile
 * would take its place, and not fill it. One thread alone uses buffers. */
enum { KEPT_MOST = 64 };
static char *kept[KEPT_MOST];
static size_t kept_count;

void buf_grow(struct buf *buf, size_t len) {
    if (buf_move_down(buf, len))
        return;
    size_t room = buf->room != 0 ? buf->room * 2 : BUF_BLOCK;
    buf->room = room < buf->end + len ? buf->end + len : room;
    if (buf->block == NULL && buf->room == BUF_BLOCK && kept_count > 0) {
        buf->block = kept[--kept_count];
        ALLOW(buf->block, BUF_BLOCK);
    } else
        buf->block = xrealloc(buf->block, buf->room);
}

void buf_free(struct buf *buf) {
    if (buf->room == BUF_BLOCK && kept_count < KEPT_MOST) {
        FORBID(buf->block, BUF_BLOCK);
        kept[kept_count++] = buf->block;
    } else
        free(buf->block);
    *buf = (struct buf){0};
}
