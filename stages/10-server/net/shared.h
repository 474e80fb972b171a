/* Shared bytes: what is sent to many connections and lies once in memory.
 *
 *     struct shared message = shared_new(bytes, len);
 *     for (each subscriber)
 *         output_share(conn, &message);
 *     shared_release(&message);
 *
 * They lie in a block. Whoever holds a reference to the block may read them,
 * and nobody changes them; the last one to release the block frees it.
 *
 * What goes to the same peers, one thing after the other, makes a run. It lies
 * in as few blocks as can be, one thing behind the other, so that a peer that
 * gets many of them in a turn is sent one piece:
 *
 *     block     message A | message B | message C | room
 *               ^---- an insert of each output ---^
 */
#ifndef SHARED_H
#define SHARED_H

#include <stddef.h>

struct shared_block {
    size_t references;
    size_t used, room;
    char bytes[];
};

/* Some of the bytes of a block. */
struct shared {
    struct shared_block *block; /* NULL: nothing */
    char *bytes;
    size_t len;
};

/* A copy of the bytes, with one reference: the caller's. */
struct shared shared_new(const void *bytes, size_t len);

void shared_hold(const struct shared *shared);
void shared_release(const struct shared *shared);

/* The memory of all blocks, each counted once however many hold it. */
size_t shared_memory(void);

/* All zeros is an empty run. It holds a reference to a block that has room. */
struct shared_run {
    struct shared_block *block; /* NULL: the next thing needs a new one */
    size_t last_room;           /* that of the last block; 0: there was none */
};

/* As shared_new(), behind what the run has already. Blocks double, so if the
 * run stays short, so does the room that is left. */
struct shared shared_append(struct shared_run *run, const void *bytes,
                            size_t len);

void shared_run_end(struct shared_run *run);

#endif
