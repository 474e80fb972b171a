/* The limit of one argument, and of what a key may hold as a string. */
#ifndef BULK_LIMIT_H
#define BULK_LIMIT_H

#include "resp.h"

/* Bytes. */
static inline int64_t bulk_limit(void) {
    return RESP_BULK_MAX;
}

#endif
