/* The tracking table: the clients that have read a key, by the key's name.
 *
 *     "fruit" -> {3, 17, 25}        ids of clients
 *     "price" -> {17}
 *
 * A key is one block of memory: a head of 8 bytes, the ids, and the name. The
 * ids are a small set with open addresses, which grows by doubling, so a key
 * that ten thousand clients read costs each of them the same as a key of one.
 *
 * Ids stand here, not addresses: a client that has left is still named until
 * the key is taken out, and nobody has to look for it. Its id is never used
 * again. A set that grows large drops those that have left. */
#ifndef TRACKING_TABLE_H
#define TRACKING_TABLE_H

#include <stdint.h>

#include "slice.h"

void tracking_table_start(void);
void tracking_table_stop(void);

/* Notes that a client has read a key. It may be noted already. The hash is that
 * of string_hash(). */
void tracking_table_add(struct slice key, uint64_t hash, uint64_t id);

/* A key that was taken out of the table, with its readers. */
struct tracked;

/* Takes a key out, or any key. Returns NULL if nobody has read it, or if the
 * table is empty. The caller frees it. */
struct tracked *tracking_table_take(struct slice key, uint64_t hash);
struct tracked *tracking_table_take_any(void);

struct slice tracked_key(const struct tracked *tracked);
/* The next of its readers' ids, 0 behind the last; *at begins at 0. */
uint64_t tracked_next(const struct tracked *tracked, size_t *at);
void tracked_free(struct tracked *tracked);

/* Takes all keys out. Their memory is given back beside the clients' work. */
void tracking_table_clear(void);

/* The number of keys, and that of ids. */
size_t tracking_table_keys(void);
size_t tracking_table_items(void);

#endif
