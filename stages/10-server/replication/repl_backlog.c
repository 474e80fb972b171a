#include "repl_backlog.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

/* A block is a sixteenth of the backlog, within these bounds, so that trimming
 * removes only a small part. */
enum { BLOCK_LEAST = 1024, BLOCK_MOST = 65536, BLOCKS = 16 };

/* The list of blocks owns them; cursors only point to them. A block goes when
 * it is the first one, nobody stands in it, and it is not needed any more. It
 * never moves, so the kernel can be given the addresses of its bytes. */
struct repl_block {
    struct repl_block *next;
    int64_t before; /* bytes of the history before its first */
    size_t used, room;
    size_t cursors; /* that stand in it */
    char bytes[];
};

struct repl_block *repl_backlog_last;
static struct repl_block *first;
static size_t wanted = 1 << 20; /* bytes, at least */
static size_t memory;           /* of all blocks, with their heads */

static struct repl_block *block_new(int64_t before) {
    /* The size may be changed while there are blocks. It is that of blocks to
     * come; those that exist keep theirs. */
    size_t room = wanted / BLOCKS;
    room = room > BLOCK_MOST    ? BLOCK_MOST
           : room < BLOCK_LEAST ? BLOCK_LEAST
                                : room;
    struct repl_block *block = xmalloc(sizeof *block + room);
    *block = (struct repl_block){.before = before, .room = room};
    memory += sizeof *block + room;
    return block;
}

static void drop_first(void) {
    struct repl_block *block = first;
    first = block->next;
    memory -= sizeof *block + block->room;
    free(block);
}

void repl_backlog_begin(int64_t place) {
    assert(first == NULL);
    first = repl_backlog_last = block_new(place);
}

void repl_backlog_end(void) {
    while (first != NULL) {
        assert(first->cursors == 0);
        drop_first();
    }
    repl_backlog_last = NULL;
}

/* Returns how many bytes of the history lie before the end of the block. */
static int64_t block_end(const struct repl_block *block) {
    return block->before + (int64_t)block->used;
}

/* Drops what is older than the size requires. A cursor in the first block keeps
 * that and all that follow, even if it has read the block to the end. The last
 * block stays, because new bytes are appended to it. */
static void trim(void) {
    while (first != repl_backlog_last && first->cursors == 0 &&
           repl_backlog_len() - first->used >= wanted)
        drop_first();
}

static void append_block(void) {
    struct repl_block *last = repl_backlog_last;
    repl_backlog_last = last->next = block_new(block_end(last));
}

/* Trims after each part, so that even a value of many megabytes takes no more
 * than the size, unless a slow reader needs all of it. */
void repl_backlog_append(struct slice bytes) {
    while (bytes.len > 0) {
        if (repl_backlog_last->used == repl_backlog_last->room)
            append_block();
        struct repl_block *last = repl_backlog_last;
        size_t part = last->room - last->used;
        if (part > bytes.len)
            part = bytes.len;
        memcpy(last->bytes + last->used, bytes.ptr, part);
        last->used += part;
        bytes.ptr += part;
        bytes.len -= part;
        trim();
    }
}

void repl_backlog_set_size(size_t size) {
    wanted = size;
    if (first != NULL)
        trim();
}

size_t repl_backlog_size(void) {
    return wanted;
}

int64_t repl_backlog_first_place(void) {
    return first != NULL ? first->before : 0;
}

size_t repl_backlog_len(void) {
    return first != NULL
               ? (size_t)(block_end(repl_backlog_last) - first->before)
               : 0;
}

size_t repl_backlog_memory(void) {
    return memory;
}

/* Without slow readers it is up to one block and the heads. */
size_t repl_backlog_excess(void) {
    return memory > wanted ? memory - wanted : 0;
}

bool repl_backlog_reaches(int64_t place) {
    /* At the end nothing is missing. Beyond it the reader claims to have bytes
     * that do not exist here. */
    return first != NULL && place >= first->before &&
           place <= block_end(repl_backlog_last);
}

/* Cursors. */

/* O(blocks). Only a reader that begins or comes back is placed. */
void repl_cursor_enter(struct repl_cursor *cursor, int64_t place) {
    assert(repl_backlog_reaches(place));
    struct repl_block *block = first;
    /* Most who come lack little, or begin here and now. */
    if (place >= repl_backlog_last->before)
        block = repl_backlog_last;
    while (place > block_end(block))
        block = block->next;
    block->cursors++;
    *cursor = (struct repl_cursor){block, (size_t)(place - block->before)};
}

void repl_cursor_leave(struct repl_cursor *cursor) {
    if (cursor->block == NULL)
        return;
    cursor->block->cursors--;
    cursor->block = NULL;
    trim(); /* it may have been the only one that needed the oldest bytes */
}

size_t repl_cursor_left(const struct repl_cursor *cursor) {
    if (cursor->block == NULL)
        return 0;
    return (size_t)(block_end(repl_backlog_last) - cursor->block->before) -
           cursor->place;
}

size_t repl_cursor_look(struct repl_cursor *cursor, struct iovec *pieces,
                        size_t room) {
    size_t count = 0, place = cursor->place;
    for (struct repl_block *block = cursor->block;
         block != NULL && count < room; block = block->next) {
        /* The first block may be read already, and the last one empty. */
        if (place < block->used)
            pieces[count++] =
                (struct iovec){block->bytes + place, block->used - place};
        place = 0;
    }
    return count;
}

void repl_cursor_advance(struct repl_cursor *cursor, size_t len) {
    struct repl_block *block = cursor->block, *from = block;
    cursor->place += len;
    /* A block that was read to its end is left at once if there is a next one,
     * so that this cursor does not keep it. */
    while (cursor->place >= block->used && block->next != NULL) {
        cursor->place -= block->used;
        block = block->next;
    }
    assert(cursor->place <= block->used);
    if (block == from)
        return;
    from->cursors--;
    block->cursors++;
    cursor->block = block;
    trim(); /* only now: the block that was left may be freed by it */
}
