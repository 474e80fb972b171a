#include "shared.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

enum { ROOM_MOST = 16384 }; /* of a block that holds several things */

static size_t memory;

static struct shared_block *block_new(size_t room) {
    struct shared_block *block = xmalloc(sizeof *block + room);
    *block = (struct shared_block){.references = 1, .room = room};
    memory += sizeof *block + room;
    return block;
}

static void block_release(struct shared_block *block) {
    if (--block->references > 0)
        return;
    memory -= sizeof *block + block->room;
    free(block);
}

/* Appends without counting a reference. */
static struct shared append(struct shared_block *block, const void *bytes,
                            size_t len) {
    char *at = block->bytes + block->used;
    if (len > 0)
        memcpy(at, bytes, len);
    block->used += len;
    return (struct shared){block, at, len};
}

struct shared shared_new(const void *bytes, size_t len) {
    return append(block_new(len), bytes, len);
}

void shared_hold(const struct shared *shared) {
    shared->block->references++;
}

void shared_release(const struct shared *shared) {
    block_release(shared->block);
}

size_t shared_memory(void) {
    return memory;
}

/* Runs. */

static void leave_block(struct shared_run *run) {
    if (run->block != NULL)
        block_release(run->block);
    run->block = NULL;
}

static void enter_block(struct shared_run *run, size_t len) {
    /* The first block of a run is as long as its first message, which is often
     * the only one. */
    size_t room = run->last_room * 2;
    if (room > ROOM_MOST)
        room = ROOM_MOST;
    if (room < len)
        room = len;
    leave_block(run);
    run->block = block_new(room);
    run->last_room = room;
}

struct shared shared_append(struct shared_run *run, const void *bytes,
                            size_t len) {
    if (run->block == NULL || run->block->room - run->block->used < len)
        enter_block(run, len);
    struct shared shared = append(run->block, bytes, len);
    shared_hold(&shared);
    /* A full block is not kept, so a single message leaves nothing behind. */
    if (run->block->used == run->block->room)
        leave_block(run);
    return shared;
}

void shared_run_end(struct shared_run *run) {
    leave_block(run);
    run->last_room = 0;
}
