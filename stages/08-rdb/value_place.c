#include "value_place.h"

enum { SHARED_INTEGERS = 10000, SHARED_REFERENCES = INT32_MAX };

/* Only the addresses are of use. */
static const char places[SHARED_INTEGERS];

struct value_place value_place(const struct entry *entry) {
    int64_t value;
    if (entry_is_int(entry, &value) && value >= 0 && value < SHARED_INTEGERS)
        return (struct value_place){&places[value], SHARED_REFERENCES};
    return (struct value_place){entry, 1};
}
