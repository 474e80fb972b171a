#include "stream_block_valid.h"

#include "listpack_valid.h"

enum {
    FLAGS =
        STREAM_DELETED | STREAM_SAME_FIELDS, /* the greatest numbers allowed */
    /* A block grows by a few bytes when entries are deleted, and its size must
     * fit 32 bits even then. Redis's blocks have at most half that many bytes.
     */
    BYTES_MOST = INT32_MAX
};

/* A walk along a listpack, which checks each element before it reads it. */
struct walk {
    const uint8_t *place, *end;
    size_t elements; /* so far */
    int64_t fields;  /* of the master */
    int64_t count, deleted;
    struct stream_id first, last; /* last: of the previous entry, or 0-0 */
};

/* Steps over an element. Returns false if it is not valid, or is the end. */
static inline bool step(struct walk *walk) {
    size_t size =
        listpack_valid_size(walk->place, (size_t)(walk->end - walk->place));
    walk->place += size;
    walk->elements++;
    return size > 0;
}

/* Makes no more steps than there are elements, however many it shall make. */
static inline bool skip(struct walk *walk, int64_t elements) {
    while (elements > 0 && step(walk))
        elements--;
    return elements == 0;
}

static inline bool take_integer(struct walk *walk, int64_t *value) {
    const uint8_t *place = walk->place;
    if (!step(walk))
        return false;
    struct listpack_value element = listpack_get(place);
    *value = element.integer;
    return element.bytes.ptr == NULL;
}

/* Reads a number of things, of which there are at most as many as elements. */
static bool take_count(struct walk *walk, int64_t *value) {
    return take_integer(walk, value) && *value >= 0 && *value <= BYTES_MOST;
}

static bool take_just(struct walk *walk, int64_t due) {
    int64_t value = 0; /* gcc with -fsanitize=thread takes it for unset */
    return take_integer(walk, &value) && value == due;
}

/* Flags are changed in place, so they must take one byte. */
static bool take_flags(struct walk *walk, struct stream_entry *entry) {
    int64_t flags = *walk->place;
    entry->deleted = flags & STREAM_DELETED;
    entry->same = flags & STREAM_SAME_FIELDS;
    return (flags & ~FLAGS) == 0 && step(walk);
}

/* Reads an ID, which must be greater than all before it. The difference to the
 * first one may be any number, since a sum beyond 64 bits wraps around. */
static bool take_id(struct walk *walk) {
    int64_t ms, seq;
    if (!take_integer(walk, &ms) || !take_integer(walk, &seq))
        return false;
    struct stream_id id = {walk->first.ms + (uint64_t)ms,
                           walk->first.seq + (uint64_t)seq};
    bool above = stream_id_compare(id, walk->last) > 0 &&
                 stream_id_compare(id, walk->first) >= 0;
    walk->last = id;
    return above;
}

static bool take_entry(struct walk *walk) {
    struct stream_entry entry;
    int64_t fields = walk->fields, length = 3;
    if (!take_flags(walk, &entry) || !take_id(walk))
        return false;
    /* The length counts flags, ms, seq and what follows, but not itself. */
    if (!entry.same) {
        if (!take_count(walk, &fields))
            return false;
        length += 1 + fields;
    }
    length += fields;
    if (entry.deleted)
        walk->deleted++;
    else
        walk->count++;
    return skip(walk, entry.same ? fields : fields * 2) &&
           take_just(walk, length);
}

bool stream_block_valid(const uint8_t *bytes, size_t len,
                        struct stream_id first) {
    if (len > BYTES_MOST || !listpack_valid_frame(bytes, len))
        return false;
    struct walk walk = {
        .place = listpack_first(bytes), .end = bytes + len - 1, .first = first};
    int64_t count, deleted;
    if (!take_count(&walk, &count) || !take_count(&walk, &deleted) ||
        !take_count(&walk, &walk.fields) || !skip(&walk, walk.fields) ||
        !take_just(&walk, 0) || walk.place == walk.end)
        return false;
    while (walk.place < walk.end)
        if (!take_entry(&walk))
            return false;
    return listpack_valid_count(bytes, walk.elements) && walk.count == count &&
           walk.deleted == deleted;
}
