/* The tracking table: which clients have read a key, by the key's name.
 *
 *     "fruit" -> {3, 17, 25}        ids of clients
 *     "price" -> {17}
 *
 * A key is one block of memory: a head of 8 bytes, the ids, and the name. The
 * ids are a small hash set with open addressing that grows by doubling. So a
 * key that ten thousand clients have read costs as much for each of them as a
 * key that one has read.
 *
 * The table holds ids, not addresses. A client that has left stays in it until
 * the key is taken out, so nobody has to search for it, and its id is never
 * used again. A set that grows drops the clients that have left. */
#ifndef TRACKING_TABLE_H
#define TRACKING_TABLE_H

#include <stdint.h>

#include "slice.h"

void tracking_table_start(void);
void tracking_table_stop(void);

/* Records that a client has read a key. The hash is that of string_hash(). */
void tracking_table_add(struct slice key, uint64_t hash, uint64_t id);

/* A key that was taken out of the table, with its readers. */
struct tracked;

/* Take out a key, or any key. Return NULL if nobody has read it, or if the
 * table is empty. The caller frees it. */
struct tracked *tracking_table_take(struct slice key, uint64_t hash);
struct tracked *tracking_table_take_any(void);

struct slice tracked_key(const struct tracked *tracked);
/* Returns the id of the next reader, or 0 after the last; *at begins with 0. */
uint64_t tracked_next(const struct tracked *tracked, size_t *at);
void tracked_free(struct tracked *tracked);

/* Takes all keys out. Their memory is freed beside the loop. */
void tracking_table_clear(void);

/* Return the number of keys, and of ids. */
size_t tracking_table_keys(void);
size_t tracking_table_items(void);

#endif
