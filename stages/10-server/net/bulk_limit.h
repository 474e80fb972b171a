/* The limit of one argument, and of a string in a key: proto-max-bulk-len. It
 * takes effect when the data have been loaded, since they may be from a time
 * when it was larger. */
#ifndef BULK_LIMIT_H
#define BULK_LIMIT_H

#include "resp.h"

/* The value of the setting. Above RDB_STRING_MOST it has no effect but a line
 * in the log: the values of all types lie in blocks with lengths of 32 bits. */
extern int64_t bulk_limit_setting;

/* Makes the value of the setting the limit from now on. */
void bulk_limit_apply(void);

extern int64_t bulk_limit_applied;

/* Returns the limit in bytes. */
static inline int64_t bulk_limit(void) {
    return bulk_limit_applied;
}

#endif
