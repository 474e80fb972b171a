#include "acl_pattern.h"

#include <stdlib.h>

#include "glob.h"
#include "xalloc.h"

/* Copies a text. Even an empty copy has an address. */
static struct slice copy_text(struct slice text) {
    char *copy = xmalloc(text.len + 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return (struct slice){copy, text.len};
}

static size_t plain_bytes(struct slice text) {
    size_t plain = 0;
    while (plain < text.len && memchr("*?[\\", text.ptr[plain], 4) == NULL)
        plain++;
    return plain;
}

static void set_head(struct acl_pattern *pattern) {
    static const char ones[ACL_HEAD] = "\xff\xff\xff\xff\xff\xff\xff\xff";
    size_t plain = pattern->plain;
    if (plain > ACL_HEAD || plain + 1 != pattern->text.len ||
        pattern->text.ptr[plain] != '*') {
        /* With a mask of 0 every name gives the word 0, which is not this
         * one. */
        pattern->head = 1;
        return;
    }
    memcpy(&pattern->head, pattern->text.ptr, plain);
    memcpy(&pattern->head_mask, ones, plain);
}

static void append(struct acl_patterns *patterns, struct slice text,
                   unsigned permissions) {
    patterns->list = xrealloc(patterns->list,
                              (patterns->count + 1) * sizeof *patterns->list);
    struct acl_pattern *pattern = &patterns->list[patterns->count++];
    *pattern = (struct acl_pattern){.text = copy_text(text),
                                    .plain = plain_bytes(text),
                                    .permissions = permissions};
    set_head(pattern);
}

void acl_patterns_add(struct acl_patterns *patterns, struct slice text,
                      unsigned permissions) {
    struct acl_pattern *old =
        (struct acl_pattern *)acl_patterns_find(patterns, text);
    if (old != NULL)
        old->permissions |= permissions;
    else
        append(patterns, text, permissions);
}

void acl_patterns_copy(struct acl_patterns *to,
                       const struct acl_patterns *from) {
    *to = (struct acl_patterns){0};
    for (size_t i = 0; i < from->count; i++)
        append(to, from->list[i].text, from->list[i].permissions);
}

void acl_patterns_clear(struct acl_patterns *patterns) {
    for (size_t i = 0; i < patterns->count; i++)
        free(patterns->list[i].text.ptr);
    free(patterns->list);
    *patterns = (struct acl_patterns){0};
}

/* Returns true if the pattern matches the name. An empty name matches only the
 * empty pattern, not even a star, as in Redis. */
static bool fits(const struct acl_pattern *pattern, struct slice name) {
    struct slice text = pattern->text;
    size_t plain = pattern->plain;
    if (name.len == 0 || text.len == 0)
        return name.len == text.len;
    if (name.len < plain || memcmp(name.ptr, text.ptr, plain) != 0)
        return false;
    return plain == text.len ? name.len == plain
                             : glob_match(text, name, false);
}

bool acl_patterns_fit(const struct acl_patterns *patterns, struct slice name,
                      unsigned permissions) {
    const struct acl_pattern *at = patterns->list;
    for (size_t i = 0; i < patterns->count; i++, at++)
        if ((at->permissions & permissions) == permissions && fits(at, name))
            return true;
    return false;
}

const struct acl_pattern *acl_patterns_find(const struct acl_patterns *patterns,
                                            struct slice text) {
    for (size_t i = 0; i < patterns->count; i++)
        if (slice_equal(patterns->list[i].text, text))
            return &patterns->list[i];
    return NULL;
}
