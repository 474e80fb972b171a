/* Names that a user may use: patterns of keys, each with what may be done to
 * them, and patterns of channels.
 *
 *     ~app:*      read and write      %R~app:*    read      %W~app:*    write
 *
 * Nearly all patterns are a short beginning and a star, and nearly all names
 * have eight bytes: these are compared at once, as one word. */
#ifndef ACL_PATTERN_H
#define ACL_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum acl_permission { ACL_READ = 1, ACL_WRITE = 2, ACL_READ_WRITE = 3 };

enum { ACL_HEAD = sizeof(uint64_t) };

struct acl_pattern {
    struct slice text;    /* owned */
    size_t plain;         /* bytes before the first wildcard */
    unsigned permissions; /* of a key: enum acl_permission */
    /* A short pattern is a beginning of at most eight bytes and a star: these
     * bytes as one word, and the bits that count in it. A pattern that is not
     * short has a word here that fits no name. */
    uint64_t head, head_mask;
};

/* All zeros is an empty list. */
struct acl_patterns {
    struct acl_pattern *list;
    size_t count;
};

/* Adds a pattern behind the others, or permissions to it if it is there. */
void acl_patterns_add(struct acl_patterns *patterns, struct slice text,
                      unsigned permissions);
void acl_patterns_copy(struct acl_patterns *to,
                       const struct acl_patterns *from);
void acl_patterns_clear(struct acl_patterns *patterns);

/* Returns true if the pattern fits the name. */
bool acl_pattern_fits(const struct acl_pattern *pattern, struct slice name);

/* Returns true if a pattern that has all of these permissions fits the name. */
bool acl_patterns_fit(const struct acl_patterns *patterns, struct slice name,
                      unsigned permissions);

/* Returns true if a short one does so, and the name has at least ACL_HEAD
 * bytes. */
static inline bool acl_patterns_fit_short(const struct acl_patterns *patterns,
                                          const struct slice *name,
                                          unsigned permissions) {
    const struct acl_pattern *at = patterns->list;
    uint64_t head;
    if (name->len < ACL_HEAD)
        return false;
    memcpy(&head, name->ptr, ACL_HEAD);
    for (size_t left = patterns->count; left > 0; left--, at++)
        if ((head & at->head_mask) == at->head &&
            !(permissions & ~at->permissions))
            return true;
    return false;
}

/* The pattern of exactly that text; NULL if there is none. */
const struct acl_pattern *acl_patterns_find(const struct acl_patterns *patterns,
                                            struct slice text);

#endif
