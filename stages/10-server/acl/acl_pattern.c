#include "acl_pattern.h"

#include <stdlib.h>

#include "glob.h"
#include "xalloc.h"

/* A copy that has an address even if it is empty. */
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

static enum acl_pattern_kind kind_of(struct slice text, size_t plain) {
    if (plain == text.len)
        return ACL_EXACTLY;
    return plain + 1 == text.len && text.ptr[plain] == '*' ? ACL_BEGINNING
                                                           : ACL_SOMETHING;
}

enum { HEAD = sizeof(uint64_t) };

static void set_head(struct acl_pattern *pattern) {
    static const char ones[HEAD] = "\xff\xff\xff\xff\xff\xff\xff\xff";
    size_t len = pattern->plain < HEAD ? pattern->plain : HEAD;
    memcpy(&pattern->head, pattern->text.ptr, len);
    memcpy(&pattern->head_mask, ones, len);
}

static void append(struct acl_patterns *patterns, struct slice text,
                   unsigned permissions) {
    patterns->list = xrealloc(patterns->list,
                              (patterns->count + 1) * sizeof *patterns->list);
    struct acl_pattern *pattern = &patterns->list[patterns->count++];
    *pattern = (struct acl_pattern){.text = copy_text(text),
                                    .plain = plain_bytes(text),
                                    .permissions = permissions};
    pattern->kind = kind_of(text, pattern->plain);
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

/* Returns true if a name begins as the pattern does. */
static bool begins(const struct acl_pattern *pattern, struct slice name) {
    if (name.len >= HEAD) {
        uint64_t head;
        memcpy(&head, name.ptr, HEAD);
        if ((head & pattern->head_mask) != pattern->head)
            return false;
        if (pattern->plain <= HEAD)
            return true;
    }
    return name.len >= pattern->plain &&
           (pattern->plain == 0 ||
            memcmp(name.ptr, pattern->text.ptr, pattern->plain) == 0);
}

/* An empty name fits no pattern but the empty one, not even a star. */
static bool fits(const struct acl_pattern *pattern, struct slice name) {
    if (name.len == 0)
        return pattern->text.len == 0;
    if (!begins(pattern, name))
        return false;
    if (pattern->kind == ACL_BEGINNING)
        return true;
    return pattern->kind == ACL_EXACTLY
               ? name.len == pattern->plain
               : glob_match(pattern->text, name, false);
}

bool acl_patterns_fit(const struct acl_patterns *patterns, struct slice name,
                      unsigned permissions) {
    for (size_t i = 0; i < patterns->count; i++) {
        const struct acl_pattern *pattern = &patterns->list[i];
        if ((pattern->permissions & permissions) == permissions &&
            fits(pattern, name))
            return true;
    }
    return false;
}

const struct acl_pattern *acl_patterns_find(const struct acl_patterns *patterns,
                                            struct slice text) {
    for (size_t i = 0; i < patterns->count; i++)
        if (slice_equal(patterns->list[i].text, text))
            return &patterns->list[i];
    return NULL;
}
