/* The newest bytes of the history, kept for all who read them.
 *
 *     first                                          last
 *     block 65536 -> block 65536 -> block 65536 -> block 812
 *        ^                             ^                 ^
 *        a replica that is slow        a new one         three that are up
 *                                                        to date
 *
 * The bytes lie once in memory, in blocks. A reader is a cursor, which names a
 * block and a place in it; ten of them cost no more than ten cursors. The
 * oldest blocks go as soon as there are repl-backlog-size bytes without them
 * and no cursor stands there, so that a replica which was away for a while
 * finds what it has missed.
 *
 * Places are named by the number of bytes of the history that lie before. */
#ifndef REPL_BACKLOG_H
#define REPL_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "slice.h"

enum { REPL_BACKLOG_LEAST = 16384 }; /* its size is never smaller */

struct repl_block;

/* A reader. All zeros is one that stands nowhere. */
struct repl_cursor {
    struct repl_block *block;
    size_t place; /* bytes of the block that it has read */
};

/* Begins one that holds nothing yet, at that place. There is none yet. */
void repl_backlog_begin(int64_t place);

/* Gives everything back. No cursor stands in it any more. */
void repl_backlog_end(void);

/* For repl_backlog_active(): where appending goes on; NULL without a backlog.
 */
extern struct repl_block *repl_backlog_last;

static inline bool repl_backlog_active(void) {
    return repl_backlog_last != NULL;
}

void repl_backlog_append(struct slice bytes);

/* How many bytes are kept at least, once there are so many. */
void repl_backlog_set_size(size_t size);
size_t repl_backlog_size(void);

/* The bytes that are there: how many lie before the first of them, how many
 * they are, and the memory that the blocks take. */
int64_t repl_backlog_first_place(void);
size_t repl_backlog_len(void);
size_t repl_backlog_memory(void);

/* How much more memory that is than the size, for the sake of slow readers. */
size_t repl_backlog_excess(void);

/* Returns true if all bytes behind that place are there. */
bool repl_backlog_reaches(int64_t place);

/* Puts a cursor to a place that is reached; it stands nowhere before. */
void repl_cursor_enter(struct repl_cursor *cursor, int64_t place);

/* The cursor stands nowhere, and holds nothing any more. */
void repl_cursor_leave(struct repl_cursor *cursor);

/* The bytes that the cursor has not read. */
size_t repl_cursor_left(const struct repl_cursor *cursor);

/* The next bytes for a cursor, in at most that many pieces. Returns how many
 * there are. */
size_t repl_cursor_look(struct repl_cursor *cursor, struct iovec *pieces,
                        size_t room);

/* That many bytes of them are read. */
void repl_cursor_advance(struct repl_cursor *cursor, size_t len);

#endif
