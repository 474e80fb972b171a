#include "packed_index.h"

#include <stdlib.h>
#include <string.h>

#include "listpack.h"
#include "packed_find.h"
#include "string_hash.h"
#include "xalloc.h"

/* The greatest number of places for which the quick hash is used, and its bits.
 * That is enough for 1,024 elements, and by default no listpack of a set, hash
 * or sorted set has more than 512. */
enum { QUICK_BITS = 11, QUICK_MOST = 1 << QUICK_BITS };

void packed_index_init(struct packed_index *index, const uint8_t *lp,
                       size_t count) {
    size_t places = 8;
    /* Half of the places are free; of a small table three quarters, which
     * spares comparisons. */
    while (places < 2 * count || (places < 4 * count && places < QUICK_MOST))
        places *= 2;
    *index = (struct packed_index){.lp = lp,
                                   .offsets =
                                       xcalloc(places, sizeof *index->offsets),
                                   .mask = places - 1};
}

void packed_index_free(struct packed_index *index) {
    free(index->offsets);
    index->offsets = NULL;
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
    return (front * 31 ^ back) * UINT64_C(0x9e3779b97f4a7c15) >>
           (64 - QUICK_BITS);
}

/* Returns the place in the table of an equal element, or the free one where it
 * would be. */
static inline uint32_t *find(const struct packed_index *index,
                             const uint8_t *element, size_t size) {
    uint64_t hash = index->mask < QUICK_MOST
                        ? quick_hash(element, size)
                        : string_hash((struct slice){(char *)element, size});
    size_t at = hash & index->mask;
    for (; index->offsets[at] != 0; at = (at + 1) & index->mask) {
        const uint8_t *other = index->lp + index->offsets[at];
        if (listpack_size(other) == size && memcmp(other, element, size) == 0)
            break;
    }
    return &index->offsets[at];
}

bool packed_index_add(struct packed_index *index, const uint8_t *place) {
    uint32_t *at = find(index, place, listpack_size(place));
    if (*at != 0)
        return false;
    *at = (uint32_t)(place - index->lp);
    return true;
}

/* Returns true if a table pays, and has been made for the rest of the
 * searches. */
static bool is_made(struct packed_index *index, const uint8_t *lp) {
    enum { SEARCHES = 8, ELEMENTS = 24 };
    if (index->offsets != NULL)
        return true;
    if (index->searches++ < SEARCHES || listpack_count(lp) < ELEMENTS)
        return false;
    packed_index_init(index, lp, listpack_count(lp));
    for (const uint8_t *place = listpack_first(lp); !listpack_at_end(place);
         place = listpack_next(place))
        (void)packed_index_add(index, place);
    return true;
}

bool packed_index_search(struct packed_index *index, const uint8_t *lp,
                         struct slice value) {
    /* quick_hash() reads bytes in front of an element. */
    enum { FRONT = sizeof(uint64_t) };
    uint8_t scratch[FRONT + LISTPACK_SHORT + 2];
    struct listpack_element element = listpack_element(value);
    if (element.size > sizeof scratch - FRONT || !is_made(index, lp))
        return packed_find(listpack_first(lp), 1, &element) != NULL;
    memset(scratch, 0, FRONT);
    listpack_write(scratch + FRONT, &element);
    return *find(index, scratch + FRONT, element.size) != 0;
}
