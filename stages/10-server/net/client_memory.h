/* The memory of clients: maxmemory-clients.
 *
 *     maxmemory-clients 1gb
 *     maxmemory-clients 5%        of maxmemory
 *
 * While there is a limit, the memory of each client (tot-mem of CLIENT LIST) is
 * added up when its connection is flushed. Those that may be closed to save
 * memory stand in lists, one for each power of two. When the sum exceeds the
 * limit, one of the largest is closed, then the next, until it does not.
 * Replicas do not count. A client with CLIENT NO-EVICT ON counts but is not
 * closed. */
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

/* True if there is a limit. */
extern bool client_memory_limited;

/* Updates the memory of a connection's client. Cheap while there is no
 * limit. */
void client_memory_count(struct conn *conn);
static inline void client_memory_changed(struct conn *conn) {
    if (client_memory_limited)
        client_memory_count(conn);
}

/* Closes clients while they take too much. Returns true if it closed any. */
bool client_memory_evict(void);

/* To be called when a client leaves. */
void client_memory_forget(struct client *client);

/* The setting. Returns NULL, or what is wrong. */
const char *client_memory_set(const struct slice *words, size_t count);
void client_memory_get(struct buf *out);

#endif
