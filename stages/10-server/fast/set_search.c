#include "set_search.h"

#include <string.h>

#include "packed_find.h"

/* Returns true if a table pays, and has been made for the rest of the
 * searches. */
static bool is_made(struct set_search *search) {
    enum { SEARCHES = 8, ELEMENTS = 24 };
    const uint8_t *lp = search->lp;
    if (search->index.offsets != NULL)
        return true;
    if (search->searches++ < SEARCHES || listpack_count(lp) < ELEMENTS)
        return false;
    packed_index_init(&search->index, lp, listpack_count(lp));
    for (const uint8_t *place = listpack_first(lp); !listpack_at_end(place);
         place = listpack_next(place))
        (void)packed_index_add(&search->index, place);
    return true;
}

bool set_search_packed(struct set_search *search, struct slice member) {
    /* packed_index_find() reads bytes in front of an element. */
    enum { FRONT = sizeof(uint64_t) };
    uint8_t scratch[FRONT + LISTPACK_SHORT + 2];
    struct listpack_element element = listpack_element(member);
    if (element.size > sizeof scratch - FRONT || !is_made(search))
        return packed_find(listpack_first(search->lp), 1, &element) != NULL;
    memset(scratch, 0, FRONT);
    listpack_write(scratch + FRONT, &element);
    return *packed_index_find(&search->index, scratch + FRONT, element.size) !=
           0;
}
