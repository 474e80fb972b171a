/* Reads streams of an RDB.
 *
 *     blocks: count, and for each its first ID and its listpack
 *     length  last ID  [first ID  last deleted ID  entries added]
 *     groups: count, and for each
 *         name  last ID  [entries read]
 *         pending: count, and for each its ID, when it was delivered, how often
 *         consumers: count, and for each
 *             name  when it was seen  [when it was active]
 *             pending: count, and IDs
 *
 * The parts in brackets came with the second and the third form. An ID is two
 * lengths, except where it is a key of one of Redis's trees, those of blocks
 * and of pending entries: there it is 16 bytes, the high ones first. */
#include "rdb_object_read.h"
#include "stream.h"
#include "stream_block_valid.h"
#include "stream_group.h"
#include "zset_cut.h"

enum {
    ID_SIZE = 16,
    /* The fewest bytes that each of these takes. */
    BLOCK_LEAST = 1 + ID_SIZE + 1,
    GROUP_LEAST = 5,
    PENDING_LEAST = ID_SIZE + 8 + 1,
    CONSUMER_LEAST = 1 + 8 + 1
};

/* A stream that is being read. */
struct reading {
    struct rdb_reader *reader;
    struct heap *heap;
    unsigned type;
    struct stream *stream;
    struct stream_id last;            /* the last ID read so far */
    uint64_t length;                  /* entries so far that are not deleted */
    struct stream_group *group;       /* the one that is being read */
    struct stream_consumer *consumer; /* of that group, the same */
    size_t owned; /* entries pending in the group that have a consumer */
    struct rdb_string string;
};

/* Reads a count, and that many items of at least that many bytes. */
static bool read_all(struct reading *reading, size_t least,
                     bool (*read)(struct reading *reading)) {
    size_t count;
    if (!rdb_read_count(reading->reader, least, &count))
        return false;
    while (count > 0 && read(reading))
        count--;
    return count == 0;
}

/* Numbers. */

static uint64_t high_first(const uint8_t *bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

static struct stream_id id_of(const uint8_t *bytes) {
    return (struct stream_id){high_first(bytes), high_first(bytes + 8)};
}

static bool read_id_bytes(struct rdb_reader *reader, struct stream_id *id) {
    const uint8_t *bytes;
    if (!rdb_read(reader, ID_SIZE, &bytes))
        return false;
    *id = id_of(bytes);
    return true;
}

static bool read_id(struct rdb_reader *reader, struct stream_id *id) {
    return rdb_read_length(reader, &id->ms) &&
           rdb_read_length(reader, &id->seq);
}

/* Reads a time in milliseconds since 1970, and rejects one below the least. */
static bool read_time(struct rdb_reader *reader, int64_t least, int64_t *ms) {
    size_t at = reader->at;
    uint64_t value;
    if (!rdb_read_u64(reader, &value))
        return false;
    *ms = (int64_t)value;
    return *ms >= least || rdb_wrong(reader, at, "there is no such time");
}

/* Blocks. */

static bool read_block_id(struct reading *reading, struct stream_id *id) {
    size_t at = reading->reader->at;
    if (!rdb_read_string(reading->reader, &reading->string))
        return false;
    if (reading->string.text.len != ID_SIZE)
        return rdb_wrong(reading->reader, at, "no ID has %zu bytes",
                         reading->string.text.len);
    *id = id_of((const uint8_t *)reading->string.text.ptr);
    return true;
}

/* Returns the ID of the last entry of a block. */
static struct stream_id last_of(const uint8_t *lp, struct stream_id first) {
    struct stream_master master;
    struct stream_entry entry;
    stream_block_master(lp, &master);
    stream_entry_read(&master, first, stream_entry_before(lp, listpack_end(lp)),
                      &entry);
    return entry.id;
}

/* Adds a block, unless all of its entries are deleted. */
static void add_block(struct reading *reading, struct stream_id first,
                      const uint8_t *lp) {
    struct stream_master master;
    stream_block_master(lp, &master);
    reading->length += (uint64_t)master.count;
    /* Deleted entries count for this: no later block may begin before them. */
    reading->last = last_of(lp, first);
    if (master.count == 0)
        return;
    struct stream_node *node =
        stream_index_add(reading->heap, &reading->stream->blocks, first);
    node->block = stream_block_from(reading->heap, lp);
}

static bool read_block(struct reading *reading) {
    size_t at = reading->reader->at;
    struct stream_id first = {0};
    if (!read_block_id(reading, &first))
        return false;
    if (stream_id_compare(first, reading->last) <= 0)
        return rdb_wrong(reading->reader, at,
                         "the blocks are not in the order of their IDs");
    at = reading->reader->at;
    if (!rdb_read_string(reading->reader, &reading->string))
        return false;
    struct slice text = reading->string.text;
    const uint8_t *lp = (const uint8_t *)text.ptr;
    if (!stream_block_valid(lp, text.len, first))
        return rdb_wrong(reading->reader, at,
                         "these %zu bytes are no block of a stream", text.len);
    add_block(reading, first, lp);
    return true;
}

/* The fields of the stream itself. */

static struct stream_id first_of(const struct stream *stream) {
    struct stream_range range;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST, false);
    return stream_range_next(&range) ? range.entry.id : STREAM_ID_LEAST;
}

/* Old servers wrote streams with a length that does not match their entries.
 * Then the entries count. */
static bool check_length(struct reading *reading, size_t at) {
    struct stream *stream = reading->stream;
    if (stream->length == reading->length)
        return true;
    if (!reading->reader->mends)
        return rdb_wrong(reading->reader, at,
                         "a stream of %llu entries has %llu",
                         (unsigned long long)stream->length,
                         (unsigned long long)reading->length);
    stream->length = reading->length;
    if (stream->entries_added < stream->length)
        stream->entries_added = stream->length;
    reading->reader->mended++;
    return true;
}

static bool read_numbers(struct reading *reading) {
    struct rdb_reader *reader = reading->reader;
    struct stream *stream = reading->stream;
    struct stream_id first;
    size_t at = reader->at;
    if (!rdb_read_length(reader, &stream->length) ||
        !read_id(reader, &stream->last_id))
        return false;
    if (reading->type != RDB_STREAM &&
        (!read_id(reader, &first) ||
         !read_id(reader, &stream->max_deleted_id) ||
         !rdb_read_length(reader, &stream->entries_added)))
        return false;
    if (!check_length(reading, at))
        return false;
    /* The first form does not say how many were ever added. As in Redis, none
     * are taken to have been deleted. */
    if (reading->type == RDB_STREAM)
        stream->entries_added = stream->length;
    if (stream_id_compare(stream->last_id, stream_top(stream)) < 0)
        return rdb_wrong(reader, at, "an entry has an ID above the last");
    /* XSETID may have set it below that of a deleted entry. */
    stream_set_last(reading->heap, stream, stream->last_id);
    if (stream->entries_added < stream->length)
        return rdb_wrong(reader, at, "more entries are there than were added");
    /* The first ID that the file gives is skipped: finding it is as cheap, and
     * cannot be wrong. */
    stream->first_id = first_of(stream);
    return true;
}

/* Groups. */

/* Returns true if a name may be added to these names. */
static bool is_new(struct reading *reading, size_t at,
                   const struct stream_names *names, struct slice name) {
    if (stream_names_find(names, name) != NULL)
        return rdb_wrong(reading->reader, at,
                         "a group or a consumer is there twice");
    return true;
}

static bool read_pending(struct reading *reading) {
    struct rdb_reader *reader = reading->reader;
    struct stream_id id;
    int64_t delivered_ms;
    uint64_t deliveries;
    size_t at = reader->at;
    if (!read_id_bytes(reader, &id) || !read_time(reader, 0, &delivered_ms) ||
        !rdb_read_length(reader, &deliveries))
        return false;
    if (stream_pending_find(reading->group, id) != NULL)
        return rdb_wrong(reader, at, "an entry is pending twice");
    struct stream_pending *pending =
        stream_index_add(reading->heap, &reading->group->pending, id);
    pending->delivered_ms = delivered_ms;
    pending->deliveries = deliveries;
    return true;
}

/* Reads an entry that is pending for a consumer. It must be pending in the
 * group, and for no other consumer. */
static bool read_own(struct reading *reading) {
    size_t at = reading->reader->at;
    struct stream_id id;
    if (!read_id_bytes(reading->reader, &id))
        return false;
    struct stream_pending *pending = stream_pending_find(reading->group, id);
    if (pending == NULL)
        return rdb_wrong(reading->reader, at,
                         "what a consumer has pending, its group has not");
    if (pending->consumer != NULL)
        return rdb_wrong(reading->reader, at,
                         "an entry is pending for two consumers");
    pending->consumer = reading->consumer;
    (void)stream_index_add(reading->heap, &reading->consumer->pending, id);
    reading->owned++;
    return true;
}

static bool read_consumer(struct reading *reading) {
    struct rdb_reader *reader = reading->reader;
    size_t at = reader->at;
    int64_t seen_ms;
    if (!rdb_read_string(reader, &reading->string) ||
        !read_time(reader, 0, &seen_ms) ||
        !is_new(reading, at, &reading->group->consumers, reading->string.text))
        return false;
    struct stream_consumer *consumer = stream_consumer_add(
        reading->heap, reading->group, reading->string.text, seen_ms);
    consumer->active_ms = seen_ms; /* the best guess before the third form */
    if (reading->type == RDB_STREAM_3 &&
        !read_time(reader, -1, &consumer->active_ms))
        return false;
    reading->consumer = consumer;
    return read_all(reading, ID_SIZE, read_own);
}

static bool read_consumers(struct reading *reading) {
    size_t at = reading->reader->at;
    reading->owned = 0;
    if (!read_all(reading, CONSUMER_LEAST, read_consumer))
        return false;
    /* No entry has two owners, so if the numbers are equal, each has one. */
    return reading->owned == reading->group->pending.count ||
           rdb_wrong(reading->reader, at, "an entry is pending for nobody");
}

static bool read_group_head(struct reading *reading) {
    struct rdb_reader *reader = reading->reader;
    size_t at = reader->at;
    struct stream_id last_id;
    uint64_t told;
    if (!rdb_read_string(reader, &reading->string) ||
        !read_id(reader, &last_id) ||
        !is_new(reading, at, &reading->stream->groups, reading->string.text))
        return false;
    /* The first form lacks the number of entries that the group has read, so it
     * is worked out from the last ID; -1 if that is not possible. */
    int64_t read = stream_distance(reading->stream, last_id);
    if (reading->type != RDB_STREAM) {
        if (!rdb_read_length(reader, &told))
            return false;
        read = (int64_t)told;
    }
    if (read < -1)
        return rdb_wrong(reader, at, "a group has read %lld entries",
                         (long long)read);
    reading->group = stream_group_add(reading->heap, &reading->stream->groups,
                                      reading->string.text, last_id, read);
    return true;
}

static bool read_group(struct reading *reading) {
    return read_group_head(reading) &&
           read_all(reading, PENDING_LEAST, read_pending) &&
           read_consumers(reading);
}

bool rdb_read_stream(struct rdb_reading *of) {
    struct reading reading = {.reader = of->reader,
                              .heap = of->heap,
                              .type = of->type,
                              .stream = stream_new(of->heap)};
    of->object = reading.stream;
    bool good = read_all(&reading, BLOCK_LEAST, read_block) &&
                read_numbers(&reading) &&
                read_all(&reading, GROUP_LEAST, read_group);
    rdb_string_free(&reading.string);
    return good;
}
