/* Blocks of a stream: up to a hundred or so entries in one listpack, in the
 * layout that Redis has in memory and in its RDB files.
 *
 *     master   count  deleted  fields  field field ...  0
 *     entry    flags  ms  seq  fields  field value field value ...  length
 *     entry    flags  ms  seq  value value ...                      length
 *
 * The master has the fields of the block's first entry; an entry with the same
 * ones, in the same order, says so by a flag and has values alone. ms and seq
 * are what its ID has more than that of the first entry, under which the
 * block stands in the stream's index. length is how many elements the entry
 * has before it, to go backwards. A deleted entry stays, with a flag; the
 * master tells how many there are of both kinds. (Redis, t_stream.c) */
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
    uint32_t room; /* bytes of lp; those behind its end are free */
    uint8_t lp[];
};

struct stream_master {
    int64_t count, deleted, fields;
    uint8_t *field; /* the first of them */
    uint8_t *entry; /* the first one, or the listpack's end */
};

struct stream_entry {
    struct stream_id id;
    uint8_t *place; /* of its flags, in the block */
    bool deleted;
    bool same;     /* its fields are the master's */
    size_t fields; /* that were not read yet */
    uint8_t *field, *value;
};

/* Whether these bytes, which may be any, are a block whose first ID is this
 * one: a listpack with one entry or more, all of which may be deleted, as many
 * of both kinds as the master says, with IDs that grow. All else here takes
 * such a block for granted. O(len). */
bool stream_block_valid(const uint8_t *bytes, size_t len,
                        struct stream_id first);

void stream_block_master(const uint8_t *lp, struct stream_master *master);

/* Reads the head of the entry at a place of a block whose first ID is this
 * one. */
void stream_entry_read(const struct stream_master *master,
                       struct stream_id first, uint8_t *place,
                       struct stream_entry *entry);
/* The place behind an entry, none of whose fields were read. */
uint8_t *stream_entry_behind(const struct stream_entry *entry);
/* The place of the entry before this place, or NULL. */
uint8_t *stream_entry_before(const uint8_t *lp, uint8_t *place);
/* The next field of an entry with its value; false behind the last. */
bool stream_entry_pair(struct stream_entry *entry, uint8_t **field,
                       uint8_t **value);

/* A block without entries whose master has the fields of these pairs, with
 * room for so many bytes more. */
struct stream_block *stream_block_new(struct heap *heap,
                                      const struct slice *pairs, size_t count,
                                      size_t room);
/* One that holds a copy of a listpack. */
struct stream_block *stream_block_from(struct heap *heap, const uint8_t *lp);
void stream_block_free(struct heap *heap, struct stream_block *block);
struct stream_block *stream_block_move(struct heap *from, struct heap *to,
                                       struct stream_block *block);

/* Adds an entry behind the others: pairs of field and value. Returns where the
 * block is now. */
struct stream_block *
stream_block_append(struct heap *heap, struct stream_block *block,
                    struct stream_id first, struct stream_id id,
                    const struct slice *pairs, size_t count);

/* Gives the entry at a place the flag of deleted ones. */
void stream_block_mark(uint8_t *place);
/* Says in the master that so many entries more are deleted. Returns where the
 * block is now. */
struct stream_block *stream_block_count(struct heap *heap,
                                        struct stream_block *block,
                                        int64_t deleted);

/* Gives back the room that is not used. Returns where the block is now. */
struct stream_block *stream_block_fit(struct heap *heap,
                                      struct stream_block *block);

#endif
