/* Shared bytes: what is sent to many connections and lies once in memory.
 *
 *     struct shared *message = shared_new(bytes, len);
 *     for (each subscriber)
 *         output_share(conn, message);
 *     shared_release(message);
 *
 * Whoever holds a reference may read the bytes, and nobody changes them. The
 * last one to release them frees them. */
#ifndef SHARED_H
#define SHARED_H

#include <stddef.h>

struct shared {
    size_t references;
    size_t len;
    char bytes[];
};

/* A copy of the bytes, with one reference: the caller's. */
struct shared *shared_new(const void *bytes, size_t len);

void shared_hold(struct shared *shared);
void shared_release(struct shared *shared);

/* The memory of all shared bytes, each counted once however many hold them. */
size_t shared_memory(void);

#endif
