/* Reads values of an RDB that are objects of their types; one file a type.
 *
 * Each rdb_read_...() reads what follows a type byte, in any of the forms that
 * its type of value ever had, and makes the object; for an empty collection it
 * makes none. It returns false if something is wrong, which the reader records.
 * The caller then frees what was made of the object. */
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

/* Adds an item to the object: a word, or a pair of words. Returns false if it
 * is wrong. */
typedef bool rdb_add(struct rdb_reading *reading, const struct slice *words);

/* Reads a count, and that many items of "width" strings each. */
bool rdb_read_items(struct rdb_reading *reading, size_t width, rdb_add *add);

/* How the items of a block become an object: by a copy of the block, or one by
 * one. */
struct rdb_items {
    size_t width; /* words of an item */
    size_t most;  /* items of a block that stays one */
    const char *(*check)(const uint8_t *lp); /* in packed_valid.h */
    rdb_add *add;
};

/* Reads a block of this form. */
bool rdb_read_packed(struct rdb_reading *reading, enum rdb_block_form form,
                     const struct rdb_items *items);

#endif
