/* The blocks of a long list, of which the inner ones are compressed if the
 * setting list-compress-depth says so.
 *
 * A list that is used as a queue is touched at its ends, and what lies between
 * them waits. So the blocks near the ends stay as they are, and an inner one is
 * compressed when a new block at an end has made it an inner one, or after a
 * change:
 *
 *     as it is      room  start  [ free | listpack | free ]
 *     compressed    room    0    [ bytes | packed | serial | LZF | free ]
 *
 * "bytes" is the length of the listpack, and stands where a listpack has it
 * itself. No listpack is longer than its block's room, so that tells the two
 * apart, and packed_bytes(), packed_copy() and packed_free() serve both.
 *
 * Reading never writes to a list: a block is unpacked into one that all lists
 * share, and a child that writes a snapshot copies no page that it shares with
 * the server. A block that will be changed is replaced by an unpacked one,
 * which is compressed again when the change is done. The blocks at both ends
 * are never compressed between two calls of list.h. */
#include "deque.h"

#include <assert.h>
#include <stdlib.h>

#include "list_compress.h"
#include "lzf.h"
#include "settings.h"
#include "xalloc.h"

enum {
    LEAST = 48,     /* as in Redis: what is shorter is not worth it */
    MOST = 1 << 20, /* each change of a longer one would hold up all clients */
    GAIN_LEAST = 8  /* as in Redis: the bytes that must be saved */
};

/* The bytes of a compressed block. */
struct compressed {
    uint8_t bytes[4]; /* the listpack's length, as the listpack has it */
    uint32_t packed;  /* bytes of the LZF */
    uint64_t serial;
    uint8_t lzf[];
};

int64_t list_compress_depth = 0;

const struct setting list_settings[] = {
    {"list-compress-depth", SETTING_INT64(list_compress_depth, 0, INT32_MAX),
     .help = "blocks at each end of a long list that are not compressed; "
             "0 compresses none"},
    {0},
};

static bool is_compressed(const struct packed *block) {
    return packed_bytes(block) > block->room;
}

static struct compressed *compressed_of(const struct packed *block) {
    return (struct compressed *)packed_lp(block);
}

/* Looking into blocks. */

/* The block that was unpacked last to be read, and which one it was: a copy of
 * a compressed block has the serial of its original, and no other block ever
 * gets it. */
static struct packed *unpacked;
static size_t unpacked_size;
static uint64_t unpacked_serial;

static void unpack(const struct packed *block, struct packed *into) {
    const struct compressed *from = compressed_of(block);
    size_t wrong =
        lzf_unpack(from->lzf, from->packed, into->bytes, packed_bytes(block));
    assert(wrong == 0);
    (void)wrong;
}

/* Returns the contents of a compressed block. */
static struct packed *__attribute__((noinline))
unpacked_of(const struct packed *block) {
    size_t bytes = packed_bytes(block), size = sizeof *unpacked + bytes;
    if (unpacked_serial == compressed_of(block)->serial)
        return unpacked;
    /* One that became large once does not stay so for ever. */
    if (size > unpacked_size || size < unpacked_size / 4) {
        free(unpacked);
        unpacked = xmalloc(size);
        unpacked_size = size;
    }
    unpacked->room = (uint32_t)bytes;
    unpacked->start = 0;
    unpack(block, unpacked);
    unpacked_serial = compressed_of(block)->serial;
    return unpacked;
}

struct packed *deque_look(const struct deque *deque, size_t at) {
    struct packed *block = ring_at(deque, at)->block;
    return is_compressed(block) ? unpacked_of(block) : block;
}

/* Replaces a compressed block of a list by its contents. */
static void __attribute__((noinline))
replace(struct heap *heap, struct node *node, uint8_t **place) {
    struct packed *block = node->block;
    size_t bytes = packed_bytes(block);
    node->block = packed_new(heap, bytes - LISTPACK_EMPTY);
    if (unpacked_serial == compressed_of(block)->serial)
        memcpy(node->block->bytes, unpacked->bytes, bytes);
    else
        unpack(block, node->block);
    if (place != NULL && *place != NULL) {
        assert(unpacked_serial == compressed_of(block)->serial);
        *place = node->block->bytes + (*place - unpacked->bytes);
    }
    packed_free(heap, block);
}

struct packed *deque_open(struct heap *heap, struct deque *deque, size_t at,
                          uint8_t **place) {
    struct node *node = ring_at(deque, at);
    if (is_compressed(node->block))
        replace(heap, node, place);
    return node->block;
}

/* Compressing them. */

static uint64_t serial; /* of the last block that was compressed */

/* Packs a listpack into a buffer of this file. Returns the bytes that it takes
 * there, or 0 if it is not worth it. */
static size_t pack(const uint8_t *lp, size_t bytes, struct compressed **into) {
    static struct compressed *buffer;
    static size_t size;
    if (bytes < LEAST || bytes > MOST)
        return 0;
    if (bytes > size) {
        free(buffer);
        buffer = xmalloc(bytes);
        size = bytes;
    }
    *into = buffer;
    size_t most = bytes - GAIN_LEAST - sizeof *buffer;
    size_t packed = lzf_pack(lp, bytes, buffer->lzf, most);
    memcpy(buffer->bytes, lp, sizeof buffer->bytes);
    buffer->packed = (uint32_t)packed;
    buffer->serial = ++serial;
    return packed > 0 ? sizeof *buffer + packed : 0;
}

/* Compresses a block if that makes it smaller. Returns where it is now. */
static struct packed *compress(struct heap *heap, struct packed *block) {
    struct compressed *packed;
    size_t bytes = packed_bytes(block);
    size_t size = pack(packed_lp(block), bytes, &packed);
    size_t room = heap_round(sizeof *block + size) - sizeof *block;
    if (size == 0 || room >= bytes)
        return packed_trim(heap, block);
    struct packed *small = heap_alloc(heap, sizeof *small + room);
    small->room = (uint32_t)room;
    small->start = 0;
    memcpy(small->bytes, packed, size);
    packed_free(heap, block);
    return small;
}

/* Returns true if the block is none of those near the ends. */
static bool is_inner(const struct deque *deque, size_t at) {
    size_t depth = (size_t)list_compress_depth;
    return depth > 0 && at >= depth && deque->blocks - at > depth;
}

static void rest(struct heap *heap, struct deque *deque, size_t at) {
    struct node *node = ring_at(deque, at);
    if (is_compressed(node->block))
        return;
    node->block = is_inner(deque, at) ? compress(heap, node->block)
                                      : packed_trim(heap, node->block);
}

struct node *deque_extend(struct heap *heap, struct deque *deque,
                          enum list_end end) {
    bool is_head = end == LIST_HEAD;
    size_t depth = (size_t)list_compress_depth;
    struct node *left = ring_at(deque, is_head ? 0 : deque->blocks - 1);
    left->block = packed_fit(heap, left->block);
    struct node *new = ring_insert(heap, deque, is_head ? 0 : deque->blocks);
    /* The last of those near this end is perhaps an inner one from now on. */
    size_t last = is_head ? depth : deque->blocks - 1 - depth;
    if (depth < deque->blocks && is_inner(deque, last))
        rest(heap, deque, last);
    return new;
}

/* Near the ends are blocks that may have been inner ones before. The outermost
 * are opened whatever the depth is: it may have been another one. */
static void open_ends(struct heap *heap, struct deque *deque, size_t depth) {
    size_t blocks = deque->blocks;
    for (size_t i = 0; i == 0 || (i < depth && i < blocks); i++) {
        (void)deque_open(heap, deque, i, NULL);
        (void)deque_open(heap, deque, blocks - 1 - i, NULL);
    }
}

/* Compresses the inner ones of these blocks. */
static void rest_inner(struct heap *heap, struct deque *deque, size_t first,
                       size_t end, size_t depth) {
    size_t blocks = deque->blocks;
    /* If blocks came in near an end, others have become inner ones. */
    if (depth > 1 && first < depth && end < depth + 2)
        end = depth + 2;
    if (depth > 1 && end + depth > blocks && first + depth + 2 > blocks)
        first = blocks > depth + 2 ? blocks - depth - 2 : 0;
    for (size_t i = first; i < end && i < blocks; i++)
        rest(heap, deque, i);
}

void deque_rest(struct heap *heap, struct deque *deque, size_t first,
                size_t end) {
    size_t depth = (size_t)list_compress_depth;
    if (serial > 0)
        open_ends(heap, deque, depth);
    if (depth > 0) {
        rest_inner(heap, deque, first, end, depth);
        return;
    }
    for (size_t i = first; i < end && i < deque->blocks; i++) {
        struct node *node = ring_at(deque, i);
        node->block = packed_trim(heap, node->block);
    }
}
