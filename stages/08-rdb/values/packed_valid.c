#include "packed_valid.h"

#include <stdlib.h>
#include <string.h>

#include "listpack.h"
#include "score.h"
#include "string_hash.h"
#include "xalloc.h"
#include "zset_cut.h"

/* The number of places in the table on the stack. It is enough for listpacks of
 * up to half as many elements, and by default none is larger. */
enum { SMALL_TABLE = 2048 };

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

/* A hash of the first and last eight bytes of an element, its length at the end
 * included. It takes 18 instructions, the keyed hash 131. A client can choose
 * elements that collide, but in a small table that costs at most 1024
 * comparisons per element, and for a large one the keyed hash is used. A short
 * element is hashed whole; the bytes in front of it belong to the element
 * before it, or to the header, so reading them is safe. */
static inline uint64_t quick_hash(const uint8_t *place, size_t size) {
    uint64_t front = 0, back;
    memcpy(&back, place + size - sizeof back, sizeof back);
    if (size < sizeof back)
        back >>= 8 * (sizeof back - size);
    else
        memcpy(&front, place, sizeof front);
    /* The multiplication carries each bit upwards, so the top bits depend on
     * all. */
    return (front * 31 ^ back) * UINT64_C(0x9e3779b97f4a7c15) >> 53;
}

/* A hash table of the offsets of elements; an offset of 0 is a free place. */
struct seen {
    uint32_t *offsets;
    size_t mask;
    const uint8_t *lp;
};

/* Adds the element at a place. Returns false if an equal element is there. */
static bool put(struct seen *seen, const uint8_t *place) {
    size_t size = listpack_size(place);
    uint64_t hash = seen->mask < SMALL_TABLE
                        ? quick_hash(place, size)
                        : string_hash((struct slice){(char *)place, size});
    size_t at = hash & seen->mask;
    for (; seen->offsets[at] != 0; at = (at + 1) & seen->mask) {
        const uint8_t *other = seen->lp + seen->offsets[at];
        if (listpack_size(other) == size && memcmp(other, place, size) == 0)
            return false;
    }
    seen->offsets[at] = (uint32_t)(place - seen->lp);
    return true;
}

/* Returns true if no two are equal among every step-th element, beginning with
 * the first. */
static bool are_unique(const uint8_t *lp, size_t step) {
    uint32_t small[SMALL_TABLE];
    size_t places = 8, count = listpack_count(lp) / step;
    while (places < 2 * count || (places < 4 * count && places < SMALL_TABLE))
        places *= 2;
    struct seen seen = {small, places - 1, lp};
    if (places > SMALL_TABLE)
        seen.offsets = xmalloc(places * sizeof *seen.offsets);
    memset(seen.offsets, 0, places * sizeof *seen.offsets);
    const uint8_t *place = listpack_first(lp);
    while (!listpack_at_end(place) && put(&seen, place))
        for (size_t i = 0; i < step; i++)
            place = listpack_next(place);
    if (seen.offsets != small)
        free(seen.offsets);
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
