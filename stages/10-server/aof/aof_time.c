#include "aof_time.h"

#include <inttypes.h>
#include <stdio.h>

#include "clock.h"

int64_t aof_time_line(struct buf *out, int64_t told) {
    char line[32];
    int64_t now = clock_wall_us() / 1000000;
    /* A clock that was set back is not told: what is logged has not gone back
     * in time. */
    if (now <= told)
        return told;
    int len = snprintf(line, sizeof line, "#TS:%" PRId64 "\r\n", now);
    buf_append(out, line, (size_t)len);
    return now;
}
