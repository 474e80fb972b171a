#include "entry_parts.h"

#include "entry_layout.h"

size_t entry_parts(const struct entry *entry,
                   struct entry_part parts[static ENTRY_PARTS_MAX]) {
    size_t n = 0, behind = sizeof *entry + entry->key_len;
    parts[n++] = (struct entry_part){"used, type, layout", 4};
    parts[n++] = (struct entry_part){"length of the key", 4};
    parts[n++] = (struct entry_part){"number, length or address", 8};
    parts[n++] = (struct entry_part){"expiry", sizeof entry->expiry};
    parts[n++] = (struct entry_part){"key", entry->key_len};
    parts[n++] =
        (struct entry_part){"short string", entry_size(entry) - behind};
    return n;
}
