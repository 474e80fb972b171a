/* Reads sets of an RDB. */
#include "intset_valid.h"
#include "limits.h"
#include "packed_valid.h"
#include "rdb_object_read.h"
#include "set.h"

/* Returns the number of members by which the form is chosen. As in Redis, a
 * plain set with too many for an intset becomes a table, whatever they are and
 * even if there are few enough for a block. */
static size_t expected(const struct rdb_reading *reading) {
    size_t most = reading->type == RDB_SET ? limits.set_max_intset_entries
                                           : limits.set_max_listpack_entries;
    return reading->count > most ? SIZE_MAX : reading->count;
}

/* Returns true if no member is twice in the set, as far as nobody has looked:
 * those of a packed one came without a search, since looking for each would be
 * quadratic. */
static bool check(struct rdb_reading *reading) {
    const uint8_t *lp =
        reading->object == NULL ? NULL : set_listpack(reading->object);
    const char *wrong = lp == NULL ? NULL : packed_valid_set(lp);
    return wrong == NULL ||
           rdb_wrong(reading->reader, reading->at, "%s", wrong);
}

/* For a block that stays as it is: check() is for it, too. */
static const char *no_check(const uint8_t *lp) {
    (void)lp;
    return NULL;
}

static bool add(struct rdb_reading *reading, const struct slice *member) {
    struct set *set = reading->object;
    if (set == NULL)
        set = set_new_for(reading->heap, *member, expected(reading));
    reading->object = set;
    bool appended = set_append(reading->heap, &set, *member);
    reading->object = set;
    if (appended)
        return true;
    /* A packed set becomes a table now, which must not have a member twice. */
    if (!check(reading))
        return false;
    bool is_new = set_add(reading->heap, &set, *member);
    reading->object = set;
    return is_new ||
           rdb_wrong(reading->reader, reading->at, "a member is there twice");
}

static bool add_integers(struct rdb_reading *reading,
                         const struct intset *ints) {
    char text[NUMBER_I64_MAX_TEXT];
    reading->count = intset_count(ints);
    /* Where the limit is lower than that of the server that wrote the file, the
     * set becomes another. */
    if (reading->count <= limits.set_max_intset_entries) {
        reading->object = intset_from(reading->heap, (const uint8_t *)ints);
        return true;
    }
    /* As in Redis, they are not packed instead, however few they are. */
    reading->count = SIZE_MAX;
    for (size_t i = 0; i < intset_count(ints); i++) {
        size_t len = format_i64(text, intset_at(ints, i));
        if (!add(reading, &(struct slice){text, len}))
            return false;
    }
    return true;
}

static bool read_integers(struct rdb_reading *reading) {
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

bool rdb_read_set(struct rdb_reading *reading) {
    struct rdb_items items = {1, limits.set_max_listpack_entries, no_check,
                              add};
    switch (reading->type) {
    case RDB_SET: return rdb_read_items(reading, 1, add) && check(reading);
    case RDB_SET_INTSET: return read_integers(reading);
    default:
        return rdb_read_packed(reading, RDB_BLOCK_LISTPACK, &items) &&
               check(reading);
    }
}
