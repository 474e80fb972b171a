#include "sort_pattern.h"

#include "buf_slice.h"
#include "entry_object.h"
#include "hash.h"

/* The place of a part in the pattern, or the pattern's length if it is not
 * there. As in Redis, the search ends at a NUL. */
static size_t find(struct slice pattern, const char *part, size_t from) {
    size_t len = strlen(part);
    for (size_t i = from; i < pattern.len && pattern.ptr[i] != '\0'; i++)
        if (pattern.len - i >= len && memcmp(pattern.ptr + i, part, len) == 0)
            return i;
    return pattern.len;
}

struct sort_pattern sort_pattern_parse(struct slice pattern) {
    /* As in Redis, "->" only counts behind the star, and with a field behind
     * it. */
    size_t star = find(pattern, "*", 0), end = find(pattern, "->", star);
    struct sort_pattern parts = {.is_member =
                                     pattern.len == 1 && pattern.ptr[0] == '#',
                                 .varies = star < pattern.len};
    if (!parts.varies)
        return parts;
    if (end + 2 < pattern.len)
        parts.field =
            (struct slice){pattern.ptr + end + 2, pattern.len - end - 2};
    else
        end = pattern.len;
    parts.before = (struct slice){pattern.ptr, star};
    parts.behind = (struct slice){pattern.ptr + star + 1, end - star - 1};
    return parts;
}

static void append(struct buf *out, struct slice bytes) {
    if (bytes.len > 0)
        buf_append(out, bytes.ptr, bytes.len);
}

/* Writes the name of the key, with the member in place of the star. */
static struct slice key_name(const struct sort_pattern *pattern,
                             struct slice member, struct buf *name) {
    buf_consume(name, buf_len(name));
    (void)buf_reserve(name, 1); /* even an empty name has an address */
    append(name, pattern->before);
    append(name, member);
    append(name, pattern->behind);
    return buf_slice(name);
}

bool sort_pattern_find(struct client *client,
                       const struct sort_pattern *pattern, struct slice member,
                       struct sort_place *place, struct slice *value) {
    *value = member;
    if (!pattern->varies)
        return pattern->is_member;
    struct key key =
        keyspace_key(client, key_name(pattern, member, &place->name));
    const struct entry *entry = keyspace_read(client, &key);
    struct slice field = pattern->field;
    if (entry == NULL ||
        entry_type(entry) != (field.len > 0 ? TYPE_HASH : TYPE_STRING))
        return false;
    if (field.len > 0)
        return hash_get(entry_object(entry), field, value, place->scratch);
    *value = entry_value(entry, place->scratch);
    return true;
}
