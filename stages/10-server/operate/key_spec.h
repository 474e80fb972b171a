/* Where the keys stand among the arguments of a command.
 *
 *     GET key                   {"RO access", 1, 0, 1}
 *     MSET key value ...        {"OW update", 1, -1, 2}
 *     LMPOP numkeys key ...     {"RW access", 1, 0, 1, .counted = true}
 *     XREAD STREAMS key ... id ...
 *                               {"RO access", 1, -1, 1, .keyword = "STREAMS",
 *                                .limit = 2}
 *     SORT key STORE key        {"OW update", .unknown = true, .find = ...}
 *
 * (https://redis.io/docs/latest/develop/reference/key-specs/) */
#ifndef KEY_SPEC_H
#define KEY_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

struct key_spec {
    const char *flags; /* words such as "RO access"; NULL: no such keys */
    /* From argv[first] to argv[first + range], by step. A negative range
     * counts from the end of the request: -1 is the last argument. */
    int first, range, step;
    /* argv[first] says how many keys follow it, by step. */
    bool counted;
    /* The keys follow this word, which is argv[first] or stands behind it. */
    const char *keyword;
    /* Of what range leaves, only one part of so many are keys; 0 for all. */
    int limit;
    /* All this cannot say where the key is: find does, whose answer is the
     * argument's number, or 0 for none; without it nobody knows. */
    bool unknown;
    size_t (*find)(const struct slice *argv, size_t argc);
    /* What this request does to the key, where the flags end with
     * "variable_flags"; else NULL. */
    const char *(*flags_for)(const struct slice *argv, size_t argc);
};

/* Arguments that are keys. */
struct key_range {
    size_t first, last, step;
    size_t count; /* 0: none */
};

/* The flags of the keys in a request. */
const char *key_spec_flags(const struct key_spec *spec,
                           const struct slice *argv, size_t argc);

/* Finds the keys in a request. Returns false if it makes no sense. */
bool key_spec_find(const struct key_spec *spec, const struct slice *argv,
                   size_t argc, struct key_range *range);

#endif
