/* Blocks of a stream: up to about a hundred entries in one listpack, in the
 * layout that Redis has in memory and in its RDB files.
 *
 *     master   count  deleted  fields  field field ...  0
 *     entry    flags  ms  seq  fields  field value field value ...  length
 *     entry    flags  ms  seq  value value ...                      length
 *
 * The master has the fields of the block's first entry. An entry with the same
 * fields, in the same order, says so by a flag and holds the values alone. ms
 * and seq are the difference between its ID and that of the first entry, under
 * which the stream's index has the block. length is the number of elements of
 * the entry before it, for going backwards. A deleted entry stays, with a flag;
 * the master counts the entries of both kinds. (Redis, t_stream.c) */
#ifndef STREAM_BLOCK_H
#define STREAM_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "listpack.h"
#include "slice.h"
#include "stream_id.h"

/* An entry's flags. */
enum { STREAM_DELETED = 1, STREAM_SAME_FIELDS = 2 };

struct stream_block {
    uint32_t room; /* bytes of lp, including the free ones behind its end */
    uint8_t lp[];
};

struct stream_master {
    int64_t count, deleted, fields;
    uint8_t *field; /* the first of them */
    uint8_t *entry; /* the first entry, or the end of the listpack */
};

struct stream_entry {
    struct stream_id id;
    uint8_t *place; /* the address of its flags, in the block */
    bool deleted;
    bool same;     /* its fields are those of the master */
    size_t fields; /* the number that have not been read yet */
    uint8_t *field, *value;
};

void stream_block_master(const uint8_t *lp, struct stream_master *master);
/* Returns the number of its entries, including deleted ones. */
uint64_t stream_block_entries(const uint8_t *lp);

/* Reads the head of an entry in a block that begins with this ID. */
void stream_entry_read(const struct stream_master *master,
                       struct stream_id first, uint8_t *place,
                       struct stream_entry *entry);
/* Returns the address behind an entry of which no field has been read yet. */
uint8_t *stream_entry_behind(const struct stream_entry *entry);
/* Returns the address of the entry before this one, or NULL. */
uint8_t *stream_entry_before(const uint8_t *lp, uint8_t *place);
/* Reads the next field and its value; returns false behind the last. */
bool stream_entry_pair(struct stream_entry *entry, uint8_t **field,
                       uint8_t **value);

/* Makes a block without entries, whose master has the fields of these pairs,
 * and with room for that many bytes more. */
struct stream_block *stream_block_new(struct heap *heap,
                                      const struct slice *pairs, size_t count,
                                      size_t room);
/* Makes a block with a copy of a listpack. */
struct stream_block *stream_block_from(struct heap *heap, const uint8_t *lp);
void stream_block_free(struct heap *heap, struct stream_block *block);

/* Adds an entry, pairs of field and value, at the end. Returns the block's new
 * address. */
struct stream_block *
stream_block_append(struct heap *heap, struct stream_block *block,
                    struct stream_id first, struct stream_id id,
                    const struct slice *pairs, size_t count);

/* Marks the entry as deleted. */
void stream_block_mark(uint8_t *place);
/* Adds to the master's number of deleted entries. Returns the block's new
 * address. */
struct stream_block *stream_block_count(struct heap *heap,
                                        struct stream_block *block,
                                        int64_t deleted);

/* Removes the last entry, which must be marked as deleted. Returns the block's
 * new address. */
struct stream_block *stream_block_cut(struct heap *heap,
                                      struct stream_block *block);

/* Frees the room that is not used. Returns the block's new address. */
struct stream_block *stream_block_fit(struct heap *heap,
                                      struct stream_block *block);

#endif
