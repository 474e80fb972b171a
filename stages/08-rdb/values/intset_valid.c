#include "intset_valid.h"

bool intset_valid(const uint8_t *bytes, size_t len) {
    const struct intset *set = (const struct intset *)bytes;
    if (len < INTSET_HEADER || intset_count(set) == 0 ||
        intset_bytes(set) != len)
        return false;
    size_t count = intset_count(set), width = (len - INTSET_HEADER) / count;
    if (width != 2 && width != 4 && width != 8)
        return false;
    int64_t before = intset_at(set, 0);
    for (size_t i = 1; i < count; i++) {
        int64_t value = intset_at(set, i);
        if (value <= before)
            return false;
        before = value;
    }
    return true;
}
