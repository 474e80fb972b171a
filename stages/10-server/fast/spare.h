/* Spare blocks: large blocks that were freed a moment ago, and are used again.
 *
 * malloc maps a block of 128 KiB or more by itself and unmaps it as soon as it
 * is freed, and gives the end of its heap back when 2 MiB of it are free, which
 * a few dozen smaller blocks fill (xalloc.h says why). The kernel clears each
 * page again when it is first touched: for a value of a megabyte that takes
 * longer than receiving it. So large blocks that are freed are kept, for a
 * second or two, for whoever asks for one of about that size.
 *
 * The first blocks of buffers are among them (02-poll/buf.c says why).
 *
 * The main thread alone keeps blocks, and takes them. */
#ifndef SPARE_H
#define SPARE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SPARE_LEAST = 16 << 10, /* bytes; smaller blocks are left to malloc */
    SPARE_MOST = 64 << 20   /* bytes of all that are kept, at most */
};

/* Bounds the bytes that are kept from now on, to SPARE_MOST or less. */
void spare_limit(size_t bytes);

/* Returns a block that was kept, of at least size bytes and at most "most"; or
 * NULL: ask malloc then. */
void *spare_take(size_t size, size_t most);

/* Returns the size of a block that spare_take() has returned. */
size_t spare_room(void *block);

/* Takes over a block of malloc's that is no longer used. Returns false if it is
 * not to be kept: free it then. */
bool spare_keep(void *block);

/* Returns how many bytes are kept. */
size_t spare_bytes(void);

#endif
