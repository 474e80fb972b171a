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

bool sort_pattern_varies(struct slice pattern) {
    return find(pattern, "*", 0) < pattern.len;
}

static void append(struct buf *out, struct slice bytes) {
    if (bytes.len > 0)
        buf_append(out, bytes.ptr, bytes.len);
}

/* Appends the value of a key, or of a field of it if one is named. */
static bool append_value(struct client *client, struct slice name,
                         struct slice field, struct buf *out) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct key key = keyspace_key(client, name);
    const struct entry *entry = keyspace_read(client, &key);
    struct slice value;
    if (entry == NULL ||
        entry_type(entry) != (field.len > 0 ? TYPE_HASH : TYPE_STRING))
        return false;
    if (field.len == 0)
        value = entry_value(entry, scratch);
    else if (!hash_get(entry_object(entry), field, &value, scratch))
        return false;
    append(out, value);
    return true;
}

bool sort_pattern_append(struct client *client, struct slice pattern,
                         struct slice member, struct buf *out) {
    if (pattern.len == 1 && pattern.ptr[0] == '#') {
        append(out, member);
        return true;
    }
    /* As in Redis, "->" only counts behind the star, and with a field behind
     * it. */
    size_t star = find(pattern, "*", 0), end = find(pattern, "->", star);
    if (star == pattern.len)
        return false;
    struct slice field = {0};
    if (end + 2 < pattern.len)
        field = (struct slice){pattern.ptr + end + 2, pattern.len - end - 2};
    else
        end = pattern.len;
    struct buf name = {0};
    (void)buf_reserve(&name, 1); /* even an empty name has an address */
    append(&name, (struct slice){pattern.ptr, star});
    append(&name, member);
    append(&name, (struct slice){pattern.ptr + star + 1, end - star - 1});
    bool found = append_value(client, buf_slice(&name), field, out);
    buf_free(&name);
    return found;
}
