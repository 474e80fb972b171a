/* Values of an RDB that are objects of their types, one file a type.
 *
 * Each rdb_read_...() reads what follows a type byte, any of those that its
 * type of values ever had, and makes the object; an empty collection makes
 * none. It returns false when something is wrong, which the reader then knows.
 * The caller frees what was made of it. */
#ifndef RDB_OBJECT_READ_H
#define RDB_OBJECT_READ_H

#include "heap.h"
#include "rdb_block_read.h"
#include "rdb_format.h"
#include "rdb_reader.h"

/* An object that is being read. */
struct rdb_reading {
    struct rdb_reader *reader;
    struct heap *heap;
    unsigned type; /* its byte in the file */
    void *object;  /* NULL before its first item */
    size_t count;  /* how many items there will be */
    size_t at;     /* where the item stands that is being read */
};

bool rdb_read_list(struct rdb_reading *reading);
bool rdb_read_set(struct rdb_reading *reading);
bool rdb_read_hash(struct rdb_reading *reading);
bool rdb_read_zset(struct rdb_reading *reading);
bool rdb_read_stream(struct rdb_reading *reading);

/* Adds an item to the object: a word, or a pair of them. Returns false when it
 * is wrong. */
typedef bool rdb_add(struct rdb_reading *reading, const struct slice *words);

/* Reads a count, and as many items of that many strings each. */
bool rdb_read_items(struct rdb_reading *reading, size_t width, rdb_add *add);

/* How the items of a block become an object: by a copy of the block, or one by
 * one. */
struct rdb_items {
    size_t width; /* words of an item */
    size_t most;  /* items of a block that stays one */
    const char *(*check)(const uint8_t *lp); /* in packed_valid.h */
    const char *odd; /* what is wrong when the last item is half a pair */
    rdb_add *add;
};

/* Reads a block of that form. */
bool rdb_read_packed(struct rdb_reading *reading, enum rdb_block_form form,
                     const struct rdb_items *items);

#endif
