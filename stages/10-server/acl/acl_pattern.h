/* The names that a user may use: patterns of keys, each with its permissions,
 * and patterns of channels.
 *
 *     ~app:*      read and write      %R~app:*    read      %W~app:*    write
 *
 * Nearly all patterns are a short prefix and a star, and nearly all names have
 * at least eight bytes. Then a comparison of one word decides. */
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
    /* A short pattern is a prefix of at most eight bytes and a star. These are
     * its bytes as one word, and a mask of those that count. A pattern that is
     * not short has a word that matches no name. */
    uint64_t head, head_mask;
};

/* A list that is all zeros is empty. */
struct acl_patterns {
    struct acl_pattern *list;
    size_t count;
};

/* Appends a pattern, or adds the permissions to it if it is there already. */
void acl_patterns_add(struct acl_patterns *patterns, struct slice text,
                      unsigned permissions);
void acl_patterns_copy(struct acl_patterns *to,
                       const struct acl_patterns *from);
void acl_patterns_clear(struct acl_patterns *patterns);

/* Returns true if one pattern that has all of these permissions matches the
 * name. */
bool acl_patterns_fit(const struct acl_patterns *patterns, struct slice name,
                      unsigned permissions);

/* The same for short patterns alone. The name has at least ACL_HEAD bytes. */
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

/* Returns the pattern with exactly this text, or NULL. */
const struct acl_pattern *acl_patterns_find(const struct acl_patterns *patterns,
                                            struct slice text);

#endif
