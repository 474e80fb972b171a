/* Where the keys stand among the arguments of a command.
 *
 *     GET key                   {KEY_RO | KEY_ACCESS, 1, 0, 1}
 *     MSET key value ...        {KEY_OW | KEY_UPDATE, 1, -1, 2}
 *     LMPOP numkeys key ...     {KEY_RW | KEY_ACCESS, 1, 0, 1, .counted = true}
 *     XREAD STREAMS key ... id ...
 *                               {KEY_RO | KEY_ACCESS, 1, -1, 1,
 *                                .keyword = "STREAMS", .limit = 2}
 *     MIGRATE ... KEYS key ...  {KEY_RW | KEY_ACCESS | KEY_DELETE, -2, -1, 1,
 *                                .keyword = "KEYS", .find_range = ...}
 *     SORT key STORE key        {KEY_OW | KEY_UPDATE, .unknown = true,
 *                                .find = ...}
 *
 * (https://redis.io/docs/latest/develop/reference/key-specs/) */
#ifndef KEY_SPEC_H
#define KEY_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

/* How a command uses a key: one of the first four, and what of its value. */
enum key_flags {
    KEY_RO = 1 << 0,     /* reads it */
    KEY_RW = 1 << 1,     /* changes it, and what there is makes a difference */
    KEY_OW = 1 << 2,     /* writes over it */
    KEY_RM = 1 << 3,     /* removes it */
    KEY_ACCESS = 1 << 4, /* answers, copies or compares its value */
    KEY_UPDATE = 1 << 5, /* its value may become another one */
    KEY_INSERT = 1 << 6, /* adds to its value */
    KEY_DELETE = 1 << 7, /* takes something from its value */
    KEY_VARIABLE = 1 << 8, /* depending on other arguments it does less */
    KEY_NOT_KEY = 1 << 9,  /* no key, but goes to the server that a key of that
                              name would go to */
    KEY_INCOMPLETE = 1 << 10, /* it takes more than the specification to find
                                 them */
};

/* The words for these flags in COMMAND INFO, by their bits; NULL after the
 * last. */
extern const char *const key_flag_names[];

/* A range of arguments that are keys. */
struct key_range {
    size_t first, last, step;
    size_t count; /* 0: none */
};

struct key_spec {
    unsigned flags; /* enum key_flags; 0: no such keys */
    /* From argv[first] to argv[first + range], by step. A negative range
     * counts from the end of the request: -1 is the last argument. */
    int first, range, step;
    /* argv[first] is the number of keys, which follow it, by step. */
    bool counted;
    /* The keys follow this word, which is argv[first] or comes after it. If the
     * word is there several times, the first one counts, or else the last. A
     * negative first counts from the end, and the search goes backwards. */
    const char *keyword;
    bool last_keyword;
    /* Only the first 1/limit of the arguments in the range are keys; 0 for
     * all. */
    int limit;
    /* The fields above cannot say where the key is. find() returns its index,
     * or 0 for none. Without find() nobody can know, because the command
     * computes the names when it runs; then option() returns the option by
     * which a request does so, or NULL if it does not. */
    bool unknown;
    size_t (*find)(const struct slice *argv, size_t argc);
    const char *(*option)(const struct slice *argv, size_t argc);
    /* Where the other fields cannot find the keys of every request, this does,
     * as the command itself reads its arguments; it returns false if they make
     * no sense. The other fields are then only for clients. Otherwise NULL. */
    bool (*find_range)(const struct slice *argv, size_t argc,
                       struct key_range *range);
    /* For KEY_VARIABLE: returns how this request uses the key. Otherwise
     * NULL. */
    unsigned (*flags_for)(const struct slice *argv, size_t argc);
};

/* Returns the flags of the keys in a request. */
unsigned key_spec_flags(const struct key_spec *spec, const struct slice *argv,
                        size_t argc);

/* Finds the keys in a request. Returns false if it makes no sense. */
bool key_spec_find(const struct key_spec *spec, const struct slice *argv,
                   size_t argc, struct key_range *range);

#endif
