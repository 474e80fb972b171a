#include "value_place.h"

#include "memory_limit.h"

enum { SHARED_INTEGERS = 10000, SHARED_REFERENCES = INT32_MAX };

/* Only the addresses are of use. */
static const char places[SHARED_INTEGERS];

/* A policy that goes by the use of single keys leaves nothing to share. */
struct value_place value_place(const struct entry *entry) {
    int64_t value;
    if (memory_limit_may_share() && entry_is_int(entry, &value) && value >= 0 &&
        value < SHARED_INTEGERS)
        return (struct value_place){&places[value], SHARED_REFERENCES};
    return (struct value_place){entry, 1};
}
