#include "stream_block.h"

#include <assert.h>

#include "limits.h"

enum {
    /* An element takes at most that much more than its bytes: its encoding and
     * the length behind it. An integer never takes more than that in all. */
    AROUND = 10,
    /* A block is not copied to save less than this: SLACK bytes, or for a long
     * block one byte in SLACK_SHARE. */
    SLACK = 64,
    SLACK_SHARE = 128,
    /* The most room that a block gets in advance. */
    SPARE_MOST = 65536
};

static size_t block_size(size_t room) {
    return sizeof(struct stream_block) + room;
}

static int64_t integer_at(const uint8_t *place) {
    return listpack_get(place).integer;
}

/* Reads an integer and moves on to the next element. */
static int64_t take_integer(uint8_t **place) {
    int64_t value = integer_at(*place);
    *place = listpack_next(*place);
    return value;
}

/* The number of elements was written by us, or checked when it was loaded, so
 * there is no end to look for. */
static uint8_t *skip(uint8_t *place, int64_t elements) {
    while (elements-- > 0)
        place = listpack_next(place);
    return place;
}

/* Reading. */

void stream_block_master(const uint8_t *lp, struct stream_master *master) {
    uint8_t *place = listpack_first(lp);
    master->count = take_integer(&place);
    master->deleted = take_integer(&place);
    master->fields = take_integer(&place);
    master->field = place;
    master->entry = skip(place, master->fields + 1); /* and the 0 behind them */
}

uint64_t stream_block_entries(const uint8_t *lp) {
    uint8_t *place = listpack_first(lp);
    int64_t count = take_integer(&place);
    return (uint64_t)(count + take_integer(&place));
}

void stream_entry_read(const struct stream_master *master,
                       struct stream_id first, uint8_t *place,
                       struct stream_entry *entry) {
    entry->place = place;
    int64_t flags = take_integer(&place);
    entry->deleted = flags & STREAM_DELETED;
    entry->same = flags & STREAM_SAME_FIELDS;
    /* The difference of seq is negative if it has begun anew with a later
     * millisecond. Unsigned sums wrap around, so any difference fits. */
    entry->id.ms = first.ms + (uint64_t)take_integer(&place);
    entry->id.seq = first.seq + (uint64_t)take_integer(&place);
    int64_t fields = master->fields;
    entry->field = master->field;
    if (!entry->same) {
        fields = take_integer(&place);
        entry->field = place;
    }
    entry->fields = (size_t)fields;
    entry->value = place;
}

uint8_t *stream_entry_behind(const struct stream_entry *entry) {
    int64_t fields = (int64_t)entry->fields;
    return skip(entry->value, (entry->same ? fields : fields * 2) + 1);
}

uint8_t *stream_entry_before(const uint8_t *lp, uint8_t *place) {
    /* The element before an entry is the length of the entry before that. */
    place = listpack_previous(lp, place);
    int64_t length = integer_at(place);
    if (length == 0)
        return NULL; /* the end of the master */
    while (length-- > 0)
        place = listpack_previous(lp, place);
    return place;
}

bool stream_entry_pair(struct stream_entry *entry, uint8_t **field,
                       uint8_t **value) {
    if (entry->fields == 0)
        return false;
    /* With the master's fields, fields and values are in two places and both
     * move on; otherwise a field is followed by its value. */
    entry->fields--;
    *field = entry->field;
    uint8_t *behind = listpack_next(entry->field);
    *value = entry->same ? entry->value : behind;
    entry->value = listpack_next(*value);
    entry->field = entry->same ? behind : entry->value;
    return true;
}

/* Writing. */

static uint8_t *put_integer(uint8_t *place, int64_t value) {
    struct listpack_element element = listpack_integer(value);
    return listpack_write(place, &element);
}

static uint8_t *put(uint8_t *place, struct slice bytes) {
    struct listpack_element element = listpack_element(bytes);
    return listpack_write(place, &element);
}

/* The most bytes that count pairs may take, with that many elements beside
 * them. */
static size_t most_bytes(const struct slice *pairs, size_t count,
                         size_t others) {
    size_t bytes = (count * 2 + others) * AROUND;
    for (size_t i = 0; i < count * 2; i++)
        bytes += pairs[i].len;
    return bytes;
}

/* Ends the listpack at this place, with that many elements more than it had. */
static void finish(uint8_t *lp, uint8_t *end, size_t elements) {
    size_t count = listpack_header_count(lp);
    if (count != LISTPACK_UNCOUNTED)
        count += elements;
    *end = LISTPACK_END;
    listpack_set_header(lp, (size_t)(end + 1 - lp), count);
}

static struct stream_block *set_room(struct heap *heap,
                                     struct stream_block *block, size_t room) {
    assert(room <= UINT32_MAX);
    block = heap_resize(heap, block, block_size(block->room), block_size(room));
    block->room = (uint32_t)room;
    return block;
}

/* All bytes of the heap's block are room. */
static size_t room_for(size_t bytes) {
    return heap_round(block_size(bytes)) - sizeof(struct stream_block);
}

/* Returns how much room a block that grows gets beyond what it needs. A quarter
 * keeps the number of copies small. A block at the limit gets nothing, since no
 * entry will follow. */
static size_t room_to_spare(size_t bytes) {
    size_t most = limits.stream_node_max_bytes; /* 0: no limit */
    if (most != 0 && bytes >= most)
        return 0;
    return bytes / 4 < SPARE_MOST ? bytes / 4 : SPARE_MOST;
}

/* Makes room for that many bytes more. */
static struct stream_block *reserve(struct heap *heap,
                                    struct stream_block *block, size_t more) {
    size_t bytes = listpack_bytes(block->lp) + more;
    if (bytes <= block->room)
        return block;
    return set_room(heap, block, room_for(bytes + room_to_spare(bytes)));
}

struct stream_block *stream_block_new(struct heap *heap,
                                      const struct slice *pairs, size_t count,
                                      size_t room) {
    /* The four elements beside the fields are three numbers and the 0. */
    room = room_for(LISTPACK_EMPTY + most_bytes(pairs, count, 4) + room);
    struct stream_block *block = heap_alloc(heap, block_size(room));
    block->room = (uint32_t)room;
    listpack_init(block->lp);
    uint8_t *at = put_integer(listpack_first(block->lp), 0);
    at = put_integer(at, 0);
    at = put_integer(at, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        at = put(at, pairs[2 * i]);
    at = put_integer(at, 0);
    finish(block->lp, at, count + 4);
    return block;
}

struct stream_block *stream_block_from(struct heap *heap, const uint8_t *lp) {
    size_t bytes = listpack_bytes(lp), room = room_for(bytes);
    struct stream_block *block = heap_alloc(heap, block_size(room));
    block->room = (uint32_t)room;
    memcpy(block->lp, lp, bytes);
    return block;
}

void stream_block_free(struct heap *heap, struct stream_block *block) {
    heap_free(heap, block, block_size(block->room));
}

/* Returns true if the pairs have the master's fields. */
static bool same_fields(const struct stream_master *master,
                        const struct slice *pairs, size_t count) {
    if (master->fields != (int64_t)count)
        return false;
    uint8_t *field = master->field;
    for (size_t i = 0; i < count; i++, field = listpack_next(field)) {
        struct listpack_value value = listpack_get(field);
        if (value.bytes.ptr != NULL) { /* otherwise it is an integer */
            if (!slice_equal(value.bytes, pairs[2 * i]))
                return false;
            continue;
        }
        struct listpack_element element = listpack_element(pairs[2 * i]);
        if (!element.is_integer || element.integer != value.integer)
            return false;
    }
    return true;
}

/* Replaces one of the numbers at the beginning of the master. All that follows
 * moves if the new one has another size: the count does so at 128, which a
 * block of a hundred entries does not reach. */
static struct stream_block *set_number(struct heap *heap,
                                       struct stream_block *block,
                                       size_t offset, int64_t value) {
    struct listpack_element element = listpack_integer(value);
    size_t size = listpack_size(block->lp + offset);
    if (size != element.size) {
        block = reserve(heap, block, element.size);
        uint8_t *lp = block->lp;
        size_t bytes = listpack_bytes(lp) - size + element.size;
        memmove(lp + offset + element.size, lp + offset + size,
                listpack_bytes(lp) - offset - size);
        listpack_set_header(lp, bytes, listpack_header_count(lp));
    }
    (void)listpack_write(block->lp + offset, &element);
    return block;
}

struct stream_block *
stream_block_append(struct heap *heap, struct stream_block *block,
                    struct stream_id first, struct stream_id id,
                    const struct slice *pairs, size_t count) {
    struct stream_master master;
    /* Room first, since the master is addresses in the block. The five elements
     * are flags, ms, seq, the number of fields and the length. */
    block = reserve(heap, block, most_bytes(pairs, count, 5));
    stream_block_master(block->lp, &master);
    bool same = same_fields(&master, pairs, count);
    uint8_t *at =
        put_integer(listpack_end(block->lp), same ? STREAM_SAME_FIELDS : 0);
    at = put_integer(at, (int64_t)(id.ms - first.ms));
    at = put_integer(at, (int64_t)(id.seq - first.seq));
    size_t length = count + 3;
    if (!same) {
        at = put_integer(at, (int64_t)count);
        length += count + 1;
    }
    for (size_t i = 0; i < count * 2; i++)
        if (!same || i % 2 == 1)
            at = put(at, pairs[i]);
    at = put_integer(at, (int64_t)length);
    /* The entry is complete; now it counts. */
    finish(block->lp, at, length + 1);
    return set_number(heap, block, LISTPACK_HEADER, master.count + 1);
}

/* Flags are small numbers with one size, so nothing has to move. */
void stream_block_mark(uint8_t *place) {
    (void)put_integer(place, integer_at(place) | STREAM_DELETED);
}

/* Sets the number of deleted entries, the second one of the master. */
static struct stream_block *
set_deleted(struct heap *heap, struct stream_block *block, int64_t deleted) {
    size_t offset =
        LISTPACK_HEADER + listpack_size(block->lp + LISTPACK_HEADER);
    return set_number(heap, block, offset, deleted);
}

struct stream_block *stream_block_count(struct heap *heap,
                                        struct stream_block *block,
                                        int64_t deleted) {
    struct stream_master master;
    stream_block_master(block->lp, &master);
    block = set_number(heap, block, LISTPACK_HEADER, master.count - deleted);
    return set_deleted(heap, block, master.deleted + deleted);
}

struct stream_block *stream_block_cut(struct heap *heap,
                                      struct stream_block *block) {
    struct stream_master master;
    uint8_t *lp = block->lp, *end = listpack_end(lp);
    stream_block_master(lp, &master);
    /* The last element says how many the entry has before it. */
    size_t elements = (size_t)integer_at(listpack_previous(lp, end)) + 1;
    size_t count = listpack_header_count(lp);
    if (count != LISTPACK_UNCOUNTED)
        count -= elements;
    end = stream_entry_before(lp, end);
    *end = LISTPACK_END;
    listpack_set_header(lp, (size_t)(end + 1 - lp), count);
    return set_deleted(heap, block, master.deleted - 1);
}

struct stream_block *stream_block_fit(struct heap *heap,
                                      struct stream_block *block) {
    size_t room = room_for(listpack_bytes(block->lp));
    size_t slack = room / SLACK_SHARE > SLACK ? room / SLACK_SHARE : SLACK;
    if (room + slack > block->room)
        return block;
    return set_room(heap, block, room);
}
