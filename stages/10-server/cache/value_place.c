#include "value_place.h"

#include "memory_limit.h"

enum { SHARED_INTEGERS = 10000, SHARED_REFERENCES = INT32_MAX };

/* Stands for the addresses of shared integers; nothing is stored there. */
static const char places[SHARED_INTEGERS];

/* If the policy looks at the use of single keys, none may share a value. */
struct value_place value_place(const struct entry *entry) {
    int64_t value;
    if (memory_limit_may_share() && entry_is_int(entry, &value) && value >= 0 &&
        value < SHARED_INTEGERS)
        return (struct value_place){&places[value], SHARED_REFERENCES};
    return (struct value_place){entry, 1};
}
