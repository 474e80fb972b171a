/* Limits of output, by class of clients: client-output-buffer-limit.
 *
 *     client-output-buffer-limit pubsub 32mb 8mb 60
 *
 * A connection with more output than the hard limit is closed, and so is one
 * that has had more than the soft limit for that many seconds, also when
 * nothing more is sent to it. 0 is no limit. As in Redis, the first 16 KiB do
 * not count, except for replicas. */
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

/* The same as bounds that a number of bytes must not exceed, with SIZE_MAX for
 * none. */
struct output_bounds {
    size_t full; /* then the peer has to read first */
    size_t hard, soft;
};

extern struct output_bounds output_bounds[OUTPUT_CLASSES];

/* The hard limit of replicas is never below that many bytes, which are kept for
 * them anyhow. */
void output_limits_floor(size_t bytes);

/* The value of the setting: for some of the classes a name and three numbers,
 * in one word or in many. Returns NULL, or what is wrong, and then changes
 * nothing. */
const char *output_limits_set(const struct slice *words, size_t count);
void output_limits_get(struct buf *out);

#endif
