#include "buf.h"

#include <assert.h>
#include <stdlib.h>

#include "xalloc.h"

/* Free blocks that are kept, by their sizes: BUF_BLOCK, twice that, and so on.
 * The last one given back is on top. */
enum {
    POOL_SIZES = 3,
    POOL_BLOCK = BUF_BLOCK << (POOL_SIZES - 1), /* the largest */
    POOL_MOST = 2 << 20
};
static struct pool {
    char *blocks[POOL_MOST / BUF_BLOCK];
    size_t count;
} pools[POOL_SIZES];
static size_t pooled; /* bytes of all of them: at most POOL_MOST */

/* Returns the pool of blocks of this size, or NULL if they are not kept. */
static struct pool *pool_of(size_t size) {
    for (size_t i = 0; i < POOL_SIZES; i++)
        if (size == (size_t)BUF_BLOCK << i)
            return &pools[i];
    return NULL;
}

static char *block_new(size_t size) {
    struct pool *pool = pool_of(size);
    if (pool == NULL || pool->count == 0)
        return xmalloc(size);
    pooled -= size;
    return pool->blocks[--pool->count];
}

static void block_free(char *block, size_t size) {
    struct pool *pool = pool_of(size);
    if (pool == NULL || pooled + size > POOL_MOST) {
        free(block);
        return;
    }
    pooled += size;
    pool->blocks[pool->count++] = block;
}

/* Twice what there is, or as much as is needed; a block that the pool keeps has
 * one of its sizes. */
static size_t next_room(const struct buf *buf, size_t needed) {
    size_t room = buf->room != 0 ? buf->room * 2 : BUF_BLOCK;
    while (room < needed && room < POOL_BLOCK)
        room *= 2;
    return room < needed ? needed : room;
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
    size_t room = next_room(buf, buf->start + needed);
    if (buf->room != 0 && pool_of(buf->room) == NULL) {
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
    for (size_t i = 0; i < POOL_SIZES; i++)
        while (pools[i].count > 0)
            free(pools[i].blocks[--pools[i].count]);
    pooled = 0;
}
