/* Shared bytes: what is sent to many connections lies once in memory.
 *
 *     struct shared message = shared_new(bytes, len);
 *     for (each subscriber)
 *         output_share(conn, &message);
 *     shared_release(&message);
 *
 * The bytes lie in a block. Everybody with a reference to the block may read
 * them, and nobody may change them; the last one to release the block frees it.
 *
 * Messages that go to the same peers, one after the other, form a run. A run
 * fills as few blocks as possible without gaps, so that a peer that gets many
 * messages in a turn is sent them in one piece:
 *
 *     block     message A | message B | message C | room
 *               ^---- an insert of each output ---^ */
#ifndef SHARED_H
#define SHARED_H

#include <stddef.h>

struct shared_block {
    size_t references;
    size_t used, room;
    char bytes[];
};

/* A part of a block. */
struct shared {
    struct shared_block *block; /* NULL: nothing */
    char *bytes;
    size_t len;
};

/* Copies the bytes. The caller holds the only reference. */
struct shared shared_new(const void *bytes, size_t len);

void shared_hold(const struct shared *shared);
void shared_release(const struct shared *shared);

/* Returns the memory of all blocks, each counted once however many hold it. */
size_t shared_memory(void);

/* A run that is all zeros is empty. It holds a reference to the block that has
 * room. */
struct shared_run {
    struct shared_block *block; /* NULL: the next thing needs a new one */
    size_t last_room;           /* that of the last block; 0: there was none */
};

/* Like shared_new(), but after what the run has already. Each block is twice as
 * large as the one before, so a short run leaves little room unused. */
struct shared shared_append(struct shared_run *run, const void *bytes,
                            size_t len);

void shared_run_end(struct shared_run *run);

#endif
