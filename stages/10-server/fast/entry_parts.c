#include "entry_parts.h"

#include "entry_layout.h"

size_t entry_parts(const struct entry *entry,
                   struct entry_part parts[static ENTRY_PARTS_MAX]) {
    struct slice key = head_key(entry);
    size_t n = 0;
    size_t before_value = (size_t)(head_end(entry) - (const char *)entry);
    parts[n++] = (struct entry_part){"type, layout, flags", 1};
    parts[n++] = (struct entry_part){"length of the key", 1};
    parts[n++] = (struct entry_part){"length of the value", 1};
    parts[n++] = (struct entry_part){"used", sizeof entry->used};
    if (entry->kind & HEAD_EXPIRES)
        parts[n++] = (struct entry_part){"expiry", sizeof(int64_t)};
    if (entry->kind & HEAD_LONG_KEY)
        parts[n++] = (struct entry_part){"length of a long key", 4};
    parts[n++] = (struct entry_part){"key", key.len};
    parts[n++] = (struct entry_part){"value", entry_size(entry) - before_value};
    return n;
}
