/* Limits of output, by class of clients: client-output-buffer-limit.
 *
 *     client-output-buffer-limit pubsub 32mb 8mb 60
 *
 * A connection is closed when it has more output than the hard limit, or when
 * it has had more than the soft limit for that many seconds, even if nothing
 * more is sent to it. 0 means no limit. As in Redis, the first 16 KiB do not
 * count, except for replicas. */
#ifndef OUTPUT_LIMITS_H
#define OUTPUT_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct buf;

enum output_class { OUTPUT_NORMAL, OUTPUT_REPLICA, OUTPUT_PUBSUB };
enum { OUTPUT_CLASSES = 3 };

struct output_limit {
    int64_t hard, soft; /* bytes */
    int64_t seconds;
};

extern struct output_limit output_limits[OUTPUT_CLASSES];

/* The same limits as bounds that a number of bytes must not exceed; SIZE_MAX
 * means no limit. */
struct output_bounds {
    size_t full; /* then the peer has to read first */
    size_t hard, soft;
};

extern struct output_bounds output_bounds[OUTPUT_CLASSES];

/* Sets a floor for the hard limit of replicas: bytes that are kept for them
 * anyhow. */
void output_limits_floor(size_t bytes);

/* Reads the value of the setting: for some classes, a name and three numbers
 * each, in one word or in several. Returns NULL, or what is wrong, and then
 * changes nothing. */
const char *output_limits_set(const struct slice *words, size_t count);
void output_limits_get(struct buf *out);

#endif
