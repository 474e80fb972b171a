/* The newest bytes of the history, kept for all who read them.
 *
 *     first                                          last
 *     block 65536 -> block 65536 -> block 65536 -> block 812
 *        ^                             ^                 ^
 *        a replica that is slow        a new one         three that are up
 *                                                        to date
 *
 * The bytes lie in memory once, in blocks. A reader is a cursor, which names a
 * block and a place in it, so ten readers cost no more than ten cursors. The
 * oldest block is freed when there are repl-backlog-size bytes without it and
 * no cursor stands in it. So a replica that was away for a while finds what it
 * has missed.
 *
 * A place is the number of bytes of the history before it. */
#ifndef REPL_BACKLOG_H
#define REPL_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "slice.h"

enum { REPL_BACKLOG_LEAST = 16384 }; /* its size is never smaller */

struct repl_block;

/* A reader. One that is all zeros stands nowhere. */
struct repl_cursor {
    struct repl_block *block;
    size_t place; /* bytes of the block that it has read */
};

/* Begins an empty backlog at that place. There must not be one already. */
void repl_backlog_begin(int64_t place);

/* Frees the backlog. No cursor may stand in it. */
void repl_backlog_end(void);

/* For repl_backlog_active(): the block to which bytes are appended; NULL
 * without a backlog. */
extern struct repl_block *repl_backlog_last;

static inline bool repl_backlog_active(void) {
    return repl_backlog_last != NULL;
}

void repl_backlog_append(struct slice bytes);

/* Sets how many bytes are kept at least. */
void repl_backlog_set_size(size_t size);
size_t repl_backlog_size(void);

/* Return how many bytes lie before the first one that is kept, how many are
 * kept, and the memory that the blocks take. */
int64_t repl_backlog_first_place(void);
size_t repl_backlog_len(void);
size_t repl_backlog_memory(void);

/* Returns the memory beyond the size that slow readers make necessary. */
size_t repl_backlog_excess(void);

/* Returns true if all bytes after that place are kept. */
bool repl_backlog_reaches(int64_t place);

/* Places a cursor that stands nowhere. The bytes after the place must be
 * kept. */
void repl_cursor_enter(struct repl_cursor *cursor, int64_t place);

/* Takes the cursor out: it stands nowhere. */
void repl_cursor_leave(struct repl_cursor *cursor);

/* Returns the number of bytes that the cursor has not read. */
size_t repl_cursor_left(const struct repl_cursor *cursor);

/* Gives the next bytes for a cursor, in at most that many pieces. Returns how
 * many pieces there are. */
size_t repl_cursor_look(struct repl_cursor *cursor, struct iovec *pieces,
                        size_t room);

/* Moves the cursor past that many bytes. */
void repl_cursor_advance(struct repl_cursor *cursor, size_t len);

#endif
