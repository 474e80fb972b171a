/* The memory of clients: maxmemory-clients.
 *
 *     maxmemory-clients 1gb
 *     maxmemory-clients 5%        of maxmemory
 *
 * While there is a limit, the memory of each client (tot-mem of CLIENT LIST) is
 * added up as its connection is flushed, and whoever may be closed to save
 * memory stands in a list by its power of two. Once all of them together reach
 * the limit, one of the largest is closed, and the next, until they don't.
 * Replicas do not count; a client that has said CLIENT NO-EVICT ON does, but
 * stays. */
#ifndef CLIENT_MEMORY_H
#define CLIENT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct buf;
struct client;
struct conn;

/* The part of a client that belongs to this module. */
struct client_memory {
    size_t bytes;
    struct client *next, **link; /* in its list; link is NULL outside one */
};

/* There is a limit. */
extern bool client_memory_limited;

/* Counts the client of a connection anew; cheap while there is no limit. */
void client_memory_count(struct conn *conn);
static inline void client_memory_changed(struct conn *conn) {
    if (client_memory_limited)
        client_memory_count(conn);
}

/* Closes clients while they take too much. Returns true if it has closed
 * any. */
bool client_memory_evict(void);

/* The client leaves. */
void client_memory_forget(struct client *client);

/* The number of clients that were closed. */
uint64_t client_memory_evicted(void);

/* The setting. Returns NULL, or what is wrong. */
const char *client_memory_set(const struct slice *words, size_t count);
void client_memory_get(struct buf *out);

#endif
