/* Sets of an RDB. */
#include "intset.h"
#include "limits.h"
#include "packed.h"
#include "packed_valid.h"
#include "rdb_block_read.h"
#include "rdb_object_read.h"
#include "set.h"

/* A set that is being read. */
struct reading {
    struct rdb_reader *reader;
    struct heap *heap;
    struct set *set; /* NULL before its first member */
    size_t count;    /* how many members there will be */
    size_t at;       /* where the member stands that is being read */
};

static bool add(struct reading *reading, struct slice member) {
    if (reading->set == NULL)
        reading->set = set_new_for(reading->heap, member, reading->count);
    if (set_add(reading->heap, &reading->set, member))
        return true;
    return rdb_wrong(reading->reader, reading->at, "a member is there twice");
}

static bool read_members(struct reading *reading) {
    struct rdb_string string = {0};
    if (!rdb_read_count(reading->reader, 1, &reading->count))
        return false;
    size_t left = reading->count;
    for (; left > 0; left--) {
        reading->at = reading->reader->at;
        if (!rdb_read_string(reading->reader, &string) ||
            !add(reading, string.text))
            break;
    }
    rdb_string_free(&string);
    return left == 0;
}

static bool add_integers(struct reading *reading, const struct intset *ints) {
    char text[NUMBER_I64_MAX_TEXT];
    reading->count = intset_count(ints);
    if (reading->count <= limits.set_max_intset_entries) {
        reading->set =
            (struct set *)intset_from(reading->heap, (const uint8_t *)ints);
        return true;
    }
    for (size_t i = 0; i < reading->count; i++) {
        size_t len = format_i64(text, intset_at(ints, i));
        if (!add(reading, (struct slice){text, len}))
            return false;
    }
    return true;
}

static bool read_integers(struct reading *reading) {
    struct rdb_string string = {0};
    bool good = false;
    reading->at = reading->reader->at;
    if (rdb_read_string(reading->reader, &string)) {
        const uint8_t *bytes = (const uint8_t *)string.text.ptr;
        if (intset_valid(bytes, string.text.len))
            good = add_integers(reading, (const struct intset *)bytes);
        else
            good = rdb_wrong(reading->reader, reading->at,
                             "these %zu bytes are no intset", string.text.len);
    }
    rdb_string_free(&string);
    return good;
}

static bool add_listpack(struct reading *reading, const uint8_t *lp) {
    char scratch[NUMBER_I64_MAX_TEXT];
    reading->count = listpack_count(lp);
    if (reading->count == 0)
        return true;
    if (reading->count <= limits.set_max_listpack_entries &&
        packed_valid_spelling(lp)) {
        const char *wrong = packed_valid_set(lp);
        if (wrong != NULL)
            return rdb_wrong(reading->reader, reading->at, "%s", wrong);
        reading->set = (struct set *)packed_from(reading->heap, lp);
        return true;
    }
    const uint8_t *place = listpack_first(lp);
    for (; !listpack_at_end(place); place = listpack_next(place))
        if (!add(reading, listpack_text(place, scratch)))
            return false;
    return true;
}

static bool read_listpack(struct reading *reading) {
    struct rdb_block block = {0};
    bool good = rdb_read_block(reading->reader, RDB_BLOCK_LISTPACK, &block);
    reading->at = block.at;
    good = good && add_listpack(reading, block.lp);
    rdb_block_free(&block);
    return good;
}

static bool read_set(struct reading *reading, unsigned type) {
    switch (type) {
    case RDB_SET: return read_members(reading);
    case RDB_SET_INTSET: return read_integers(reading);
    default: return read_listpack(reading);
    }
}

void *rdb_read_set(struct rdb_reader *reader, unsigned type,
                   struct heap *heap) {
    struct reading reading = {.reader = reader, .heap = heap};
    if (!read_set(&reading, type) && reading.set != NULL) {
        set_free(heap, reading.set);
        reading.set = NULL;
    }
    return reading.set;
}
