/* The limit, in bytes, of an argument and of the string that a key holds. */
#ifndef BULK_LIMIT_H
#define BULK_LIMIT_H

#include "resp.h"

static inline int64_t bulk_limit(void) {
    return RESP_BULK_MAX;
}

#endif
