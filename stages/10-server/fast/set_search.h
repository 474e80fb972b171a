/* Looking for many members in one set. A packed one can only be searched from
 * its beginning; when that has been done a few times, it gets a table of its
 * elements for the rest of the searches. */
#ifndef SET_SEARCH_H
#define SET_SEARCH_H

#include "packed_index.h"
#include "set.h"

/* The set, which must not change meanwhile; NULL for a missing one. */
struct set_search {
    const struct set *set;
    const uint8_t *lp; /* of a packed set, else NULL */
    size_t searches;   /* without a table */
    struct packed_index index;
};

static inline struct set_search set_search_begin(const struct set *set) {
    return (struct set_search){.set = set,
                               .lp = set != NULL ? set_listpack(set) : NULL};
}

bool set_search_packed(struct set_search *search, struct slice member);

static inline bool set_search_has(struct set_search *search,
                                  struct slice member) {
    if (search->lp != NULL)
        return set_search_packed(search, member);
    return search->set != NULL && set_has(search->set, member);
}

static inline void set_search_end(struct set_search *search) {
    packed_index_free(&search->index);
}

#endif
