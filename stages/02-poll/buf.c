#include "buf.h"

#include <assert.h>
#include <stdlib.h>

#include "xalloc.h"

/* Free blocks of BUF_BLOCK bytes, the last one given back on top. */
enum { POOL_BLOCKS = 64 };
static char *pool[POOL_BLOCKS];
static size_t pooled;

static char *block_new(size_t size) {
    if (size == BUF_BLOCK && pooled > 0)
        return pool[--pooled];
    return xmalloc(size);
}

static void block_free(char *block, size_t size) {
    if (size == BUF_BLOCK && pooled < POOL_BLOCKS)
        pool[pooled++] = block;
    else
        free(block);
}

void buf_grow(struct buf *buf, size_t len) {
    size_t held = buf_len(buf);
    size_t needed = held + len;
    /* Moving the bytes down pays when it frees half of the block: each byte
     * is then moved at most once for each byte consumed. */
    if (needed <= buf->room && buf->start >= buf->room / 2) {
        memmove(buf->block, buf_bytes(buf), held);
        buf->start = 0;
        buf->end = held;
        return;
    }
    size_t room = buf->room != 0 ? buf->room * 2 : BUF_BLOCK;
    while (room - buf->start < needed)
        room *= 2;
    if (buf->room > BUF_BLOCK) {
        buf->block = xrealloc(buf->block, room);
    } else {
        char *block = block_new(room);
        if (held > 0)
            memcpy(block + buf->start, buf_bytes(buf), held);
        if (buf->block != NULL)
            block_free(buf->block, buf->room);
        buf->block = block;
    }
    buf->room = room;
}

void buf_consume(struct buf *buf, size_t len) {
    assert(len <= buf_len(buf));
    buf->start += len;
    if (buf->start == buf->end)
        buf_free(buf);
}

void buf_free(struct buf *buf) {
    if (buf->block != NULL)
        block_free(buf->block, buf->room);
    *buf = (struct buf){0};
}

void buf_pool_free(void) {
    while (pooled > 0)
        free(pool[--pooled]);
}
