/* Streams: entries of fields and values that are added at the end, under IDs
 * that only grow, and read by any number of readers.
 *
 *     blocks   1526-0 -> | 100 entries |      an index by first ID
 *              1571-3 -> | 100 entries |
 *              1607-0 -> | 12 entries  |      new ones come here
 *
 * Unlike other values, a stream may be empty: its last ID and its groups of
 * consumers (stream_group.h) remain. A stream belongs to the heap that it was
 * made in, and keeps its address. */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream_block.h"
#include "stream_index.h"
#include "stream_names.h"

struct stream_group;

struct stream {
    struct stream_index blocks; /* struct stream_node */
    uint64_t length;            /* entries that are not deleted */
    uint64_t entries_added;     /* since the beginning, or as XSETID set it */
    struct stream_id last_id;   /* no entry, deleted or not, is above it */
    struct stream_id first_id;  /* of the entries that exist; or 0-0 */
    struct stream_id max_deleted_id; /* by XDEL; or 0-0 */
    struct stream_names groups;      /* struct stream_group */
    size_t tree_nodes; /* see stream_tree.h; 0 until they are counted */
};

/* An item of the index of blocks. */
struct stream_node {
    struct stream_id first;
    struct stream_block *block;
};

struct stream *stream_new(struct heap *heap);

/* For the table of types. */
const char *stream_encoding(const void *stream);
void stream_free(struct heap *heap, void *stream);
void *stream_copy(struct heap *to, const void *stream);

/* The bytes that it takes, with its groups. */
size_t stream_memory(const struct stream *stream);

/* Adds an entry, pairs of field and value, with an ID greater than the last
 * one. There is at least one pair, and the bytes must not lie in the stream. */
void stream_append(struct heap *heap, struct stream *stream,
                   struct stream_id id, const struct slice *pairs,
                   size_t count);

/* The bytes of an entry together; more are refused. */
enum { STREAM_ENTRY_MAX = 1 << 30 };

/* Deletes an entry. Returns false if there is none with that ID. */
bool stream_delete(struct heap *heap, struct stream *stream,
                   struct stream_id id);

/* Sets the last ID. No entry that exists may be above it; deleted ones that are
 * go for good, since new entries may get their IDs. */
void stream_set_last(struct heap *heap, struct stream *stream,
                     struct stream_id id);

enum stream_trim_kind { STREAM_TRIM_NONE, STREAM_TRIM_LEN, STREAM_TRIM_ID };

struct stream_trim {
    enum stream_trim_kind kind;
    uint64_t len;           /* how many entries may stay */
    struct stream_id least; /* or the smallest ID that may stay */
    bool whole_blocks;      /* only whole blocks are deleted */
    uint64_t limit;         /* the most entries to delete; 0: no limit */
};

/* Deletes entries from the beginning. Returns their number. */
uint64_t stream_trim(struct heap *heap, struct stream *stream,
                     const struct stream_trim *trim);

/* The entries from one ID to another, both inclusive, in order or backwards.
 * Good until the stream changes.
 *
 *     stream_range_start(&range, stream, from, to, false);
 *     while (stream_range_next(&range))
 *         ... range.entry ... */
struct stream_range {
    struct stream_entry entry; /* its pairs may be read */
    const struct stream *stream;
    struct stream_id from, to;
    bool backwards;
    bool fresh; /* the block is open and nothing of it has been read */
    struct stream_place node;
    struct stream_id first; /* of the block */
    const uint8_t *lp;      /* NULL: past the last block */
    struct stream_master master;
};

void stream_range_start(struct stream_range *range, const struct stream *stream,
                        struct stream_id from, struct stream_id to,
                        bool backwards);
bool stream_range_next(struct stream_range *range);

/* Returns true if there is an entry with that ID. */
bool stream_has(const struct stream *stream, struct stream_id id);
/* The ID of the last existing entry, or 0-0. */
struct stream_id stream_top(const struct stream *stream);

/* The number of entries up to this ID, including deleted ones; -1 if it cannot
 * be known. */
int64_t stream_distance(const struct stream *stream, struct stream_id id);

/* The number of entries that a group has not been given yet. Returns false if
 * that cannot be told. */
bool stream_lag(const struct stream *stream, const struct stream_group *group,
                int64_t *lag);
/* Moves a group on to an entry, which is given to it. */
void stream_advance(const struct stream *stream, struct stream_group *group,
                    struct stream_id id);

#endif
