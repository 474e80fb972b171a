/* A queue of bytes: appended at the end, consumed from the front.
 *
 * The bytes lie in one piece at buf_bytes(), buf_len() of them. An empty
 * buffer owns no memory, so an idle connection costs nothing.
 *
 * Appending is O(1) amortized: room at least doubles. Pointers into a buffer
 * are good until the next append or consume. No call fails; without memory the
 * process ends with a message, so callers bound what a stranger can make them
 * store. */
#ifndef BUF_H
#define BUF_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { BUF_BLOCK = 16384 }; /* bytes: the first block of every buffer */

/* A buffer that is all zeros is empty. */
struct buf {
    char *block;
    size_t start; /* block[start] is the first byte */
    size_t end;   /* block[end] is free */
    size_t room;  /* size of the block */
};

/* Must not be called for an empty buffer, whose bytes lie nowhere. */
static inline char *buf_bytes(const struct buf *buf) {
    return buf->block + buf->start;
}

static inline size_t buf_len(const struct buf *buf) {
    return buf->end - buf->start;
}

/* For buf_grow(): moves the bytes down if that makes room. It pays when it
 * frees half of the block: each byte is then moved at most once for each byte
 * consumed. */
static inline bool buf_move_down(struct buf *buf, size_t len) {
    size_t held = buf_len(buf);
    if (held + len > buf->room || buf->start < buf->room / 2)
        return false;
    memmove(buf->block, buf_bytes(buf), held);
    buf->start = 0;
    buf->end = held;
    return true;
}

/* Makes room for len more bytes. For the calls below. */
void buf_grow(struct buf *buf, size_t len);

/* Returns the place where len bytes may be written. buf_commit() then adds
 * those that were. */
static inline char *buf_reserve(struct buf *buf, size_t len) {
    if (buf->room - buf->end < len)
        buf_grow(buf, len);
    return buf->block + buf->end;
}

static inline void buf_commit(struct buf *buf, size_t len) {
    buf->end += len;
}

static inline void buf_append(struct buf *buf, const void *bytes, size_t len) {
    if (len > 0)
        memcpy(buf_reserve(buf, len), bytes, len);
    buf_commit(buf, len);
}

/* Drops everything and gives the memory back. */
void buf_free(struct buf *buf);

/* Drops len bytes from the front. */
static inline void buf_consume(struct buf *buf, size_t len) {
    assert(len <= buf_len(buf));
    buf->start += len;
    if (buf->start == buf->end)
        buf_free(buf);
}

#endif
