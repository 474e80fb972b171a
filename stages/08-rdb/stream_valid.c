#include "stream_valid.h"

#include <stdbool.h>

#include "stream_block.h"

/* The flags of an entry that there are. */
enum { SAME_FIELDS = 2, FLAGS_MOST = 3 };

/* Reads an integer that is not less and goes on to the next element. */
static bool take(const uint8_t **place, int64_t least, int64_t *value) {
    if (listpack_at_end(*place))
        return false;
    struct listpack_value element = listpack_get(*place);
    *value = element.integer;
    *place = listpack_next(*place);
    return element.bytes.ptr == NULL && *value >= least;
}

/* Goes over so many elements, if they are there. */
static bool skip(const uint8_t **place, int64_t count) {
    for (; count > 0 && !listpack_at_end(*place); count--)
        *place = listpack_next(*place);
    return count == 0;
}

static bool take_master(const uint8_t **place, struct stream_master *master) {
    int64_t end;
    return take(place, 0, &master->count) && take(place, 0, &master->deleted) &&
           take(place, 0, &master->fields) && skip(place, master->fields) &&
           take(place, 0, &end) && end == 0;
}

/* Goes over an entry. Its flags are one byte, since they are changed where they
 * are. */
static bool take_entry(const uint8_t **place, int64_t fields) {
    int64_t flags, part, length, due = 3;
    if (**place > FLAGS_MOST || !take(place, 0, &flags) ||
        !take(place, INT64_MIN, &part) || !take(place, INT64_MIN, &part))
        return false;
    if ((flags & SAME_FIELDS) == 0) {
        if (!take(place, 0, &fields) || !skip(place, fields))
            return false;
        due += 1 + fields;
    }
    return skip(place, fields) && take(place, 0, &length) &&
           length == due + fields;
}

/* Whether the elements are those of a block, in their order. */
static bool is_block(const uint8_t *lp) {
    struct stream_master master;
    const uint8_t *place = listpack_first(lp);
    if (!take_master(&place, &master))
        return false;
    while (!listpack_at_end(place))
        if (!take_entry(&place, master.fields))
            return false;
    return true;
}

const char *stream_valid_block(const uint8_t *lp, struct stream_id first,
                               struct stream_id *last, uint64_t *length) {
    struct stream_master master;
    struct stream_entry entry;
    if (!is_block(lp))
        return "a listpack is no block of a stream";
    stream_block_master(lp, &master);
    int64_t count = 0, deleted = 0;
    for (uint8_t *place = master.entry; !listpack_at_end(place);
         place = stream_entry_behind(&entry)) {
        stream_entry_read(&master, first, place, &entry);
        if (stream_id_compare(entry.id, first) < 0 ||
            stream_id_compare(entry.id, *last) <= 0)
            return "the entries are not in the order of their IDs";
        *last = entry.id;
        if (entry.deleted)
            deleted++;
        else
            count++;
    }
    if (count != master.count || deleted != master.deleted)
        return "a block of a stream has other counts than it says";
    *length += (uint64_t)count;
    return NULL;
}
