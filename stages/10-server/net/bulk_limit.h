/* The limit of one argument, and of what a key may hold as a string:
 * proto-max-bulk-len. Until the data are loaded nothing is refused that a
 * larger limit let in before. */
#ifndef BULK_LIMIT_H
#define BULK_LIMIT_H

#include "resp.h"

/* The setting. Beyond RESP_BULK_MAX it has no effect. */
extern int64_t bulk_limit_setting;

/* The setting holds from now on. */
void bulk_limit_apply(void);

extern int64_t bulk_limit_applied;

/* Bytes. */
static inline int64_t bulk_limit(void) {
    return bulk_limit_applied;
}

#endif
