/* Looking for many members in one set. */
#ifndef SET_SEARCH_H
#define SET_SEARCH_H

#include "set.h"

/* The set, which must not change meanwhile; NULL for a missing one. */
struct set_search {
    const struct set *set;
};

static inline struct set_search set_search_begin(const struct set *set) {
    return (struct set_search){set};
}

static inline bool set_search_has(struct set_search *search,
                                  struct slice member) {
    return search->set != NULL && set_has(search->set, member);
}

static inline void set_search_end(struct set_search *search) {
    (void)search;
}

#endif
