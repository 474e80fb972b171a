#include "packed_valid.h"

#include "listpack.h"
#include "packed_index.h"
#include "score.h"
#include "zset_cut.h"

/* Returns true if the element has the encoding that its value gets here. */
static inline bool is_spelled_so(const uint8_t *place) {
    /* What most are: the shortest integers, and short strings whose first byte
     * begins no integer. There is no shorter way to spell those. */
    if (*place < 0x80 || *place == 0x80 || (*place < 0xc0 && place[1] > '9'))
        return true;
    struct listpack_value value = listpack_get(place);
    size_t due = value.bytes.ptr != NULL ? listpack_element(value.bytes).size
                                         : listpack_integer(value.integer).size;
    return due == listpack_size(place);
}

bool packed_valid_spelling(const uint8_t *lp) {
    const uint8_t *place = listpack_first(lp);
    while (!listpack_at_end(place) && is_spelled_so(place))
        place = listpack_next(place);
    return listpack_at_end(place);
}

/* Returns true if no two are equal among every step-th element, beginning with
 * the first. */
static bool are_unique(const uint8_t *lp, size_t step) {
    struct packed_index seen;
    packed_index_init(&seen, lp, listpack_count(lp) / step);
    const uint8_t *place = listpack_first(lp);
    while (!listpack_at_end(place) && packed_index_add(&seen, place))
        for (size_t i = 0; i < step; i++)
            place = listpack_next(place);
    packed_index_free(&seen);
    return listpack_at_end(place);
}

const char *packed_valid_set(const uint8_t *lp) {
    return are_unique(lp, 1) ? NULL : "a member is there twice";
}

const char *packed_valid_hash(const uint8_t *lp) {
    return are_unique(lp, 2) ? NULL : "a field is there twice";
}

static bool read_score(const uint8_t *place, double *score) {
    struct listpack_value value = listpack_get(place);
    *score = (double)value.integer;
    return value.bytes.ptr == NULL || score_parse(value.bytes, score);
}

/* Returns true if a member comes before another in the order of scores. */
static bool is_before(struct slice member, double score, struct slice other,
                      double other_score) {
    return score < other_score ||
           (score == other_score && slice_compare(member, other) < 0);
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
    const char *wrong = check_order(lp);
    if (wrong != NULL)
        return wrong;
    return are_unique(lp, 2) ? NULL : "a member is there twice";
}
