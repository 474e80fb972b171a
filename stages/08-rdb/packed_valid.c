#include "packed_valid.h"

#include <stdlib.h>
#include <string.h>

#include "listpack.h"
#include "score.h"
#include "string_hash.h"
#include "xalloc.h"
#include "zset_cut.h"

/* Most listpacks are looked through with a table that lies on the stack. */
enum { SMALL_TABLE = 512 };

bool packed_valid_spelling(const uint8_t *lp) {
    const uint8_t *place = listpack_first(lp);
    for (; !listpack_at_end(place); place = listpack_next(place)) {
        struct listpack_value value = listpack_get(place);
        size_t due = value.bytes.ptr != NULL
                         ? listpack_element(value.bytes).size
                         : listpack_integer(value.integer).size;
        if (due != listpack_size(place))
            return false;
    }
    return true;
}

/* Puts the element at a place into a table of offsets; 0 is a free place of it.
 * Returns false when an element of the same bytes is there. */
static bool put(uint32_t *table, size_t mask, const uint8_t *lp,
                const uint8_t *place) {
    struct slice bytes = {(char *)place, listpack_size(place)};
    size_t at = string_hash(bytes) & mask;
    for (; table[at] != 0; at = (at + 1) & mask) {
        const uint8_t *other = lp + table[at];
        if (listpack_size(other) == bytes.len &&
            memcmp(other, place, bytes.len) == 0)
            return false;
    }
    table[at] = (uint32_t)(place - lp);
    return true;
}

/* Whether no element of those that stand so many steps apart, from the first
 * on, is there twice. */
static bool are_unique(const uint8_t *lp, size_t step) {
    uint32_t small[SMALL_TABLE], *table = small;
    size_t places = 8, count = listpack_count(lp) / step;
    while (places < 2 * count)
        places *= 2;
    if (places > SMALL_TABLE)
        table = xmalloc(places * sizeof *table);
    memset(table, 0, places * sizeof *table);
    const uint8_t *place = listpack_first(lp);
    while (!listpack_at_end(place) && put(table, places - 1, lp, place))
        for (size_t i = 0; i < step; i++)
            place = listpack_next(place);
    if (table != small)
        free(table);
    return listpack_at_end(place);
}

const char *packed_valid_set(const uint8_t *lp) {
    return are_unique(lp, 1) ? NULL : "a member is there twice";
}

const char *packed_valid_hash(const uint8_t *lp) {
    if (listpack_count(lp) % 2 != 0)
        return "the last field has no value";
    return are_unique(lp, 2) ? NULL : "a field is there twice";
}

static bool read_score(const uint8_t *place, double *score) {
    struct listpack_value value = listpack_get(place);
    *score = (double)value.integer;
    return value.bytes.ptr == NULL || score_parse(value.bytes, score);
}

/* Whether one member with its score comes before another with its own. */
static bool is_before(struct slice member, double score, struct slice other,
                      double other_score) {
    return score < other_score ||
           (score == other_score && zset_compare(member, other) < 0);
}

static const char *check_order(const uint8_t *lp) {
    char scratch[2][NUMBER_I64_MAX_TEXT];
    struct slice before = {0};
    double score_before = 0;
    const uint8_t *place = listpack_first(lp);
    for (size_t i = 0; !listpack_at_end(place); i++) {
        double score;
        struct slice member = listpack_text(place, scratch[i % 2]);
        place = listpack_next(place);
        if (!read_score(place, &score))
            return "a score is not a number";
        if (i > 0 && !is_before(before, score_before, member, score))
            return "the members are not in order";
        place = listpack_next(place);
        before = member;
        score_before = score;
    }
    return NULL;
}

const char *packed_valid_zset(const uint8_t *lp) {
    if (listpack_count(lp) % 2 != 0)
        return "the last member has no score";
    const char *wrong = check_order(lp);
    if (wrong != NULL)
        return wrong;
    return are_unique(lp, 2) ? NULL : "a member is there twice";
}
