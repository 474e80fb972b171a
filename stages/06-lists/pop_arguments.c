#include "pop_arguments.h"

#include "argument_at_least.h"
#include "arguments.h"
#include "reply.h"

bool argument_either(struct client *client, struct slice argument,
                     const char *first_word, const char *second_word,
                     bool *second) {
    *second = slice_is(argument, second_word);
    if (*second || slice_is(argument, first_word))
        return true;
    reply_syntax_error(client);
    return false;
}

/* Reads [COUNT count], which must be the rest of the request. The error reply
 * is about the leftmost argument that is wrong. */
static bool count_option(struct client *client, const struct request *request,
                         size_t at, int64_t *count) {
    *count = 1;
    if (request->argc - at >= 2 && slice_is(request->argv[at], "count")) {
        if (!argument_at_least(client, request->argv[at + 1], 1,
                               "ERR count should be greater than 0", count))
            return false;
        at += 2;
    }
    if (at < request->argc)
        reply_syntax_error(client);
    return at == request->argc;
}

bool pop_arguments(struct client *client, const struct request *request,
                   size_t first, const char *first_word,
                   const char *second_word, struct pop_arguments *pop) {
    int64_t keys;
    if (!argument_at_least(client, request->argv[first], 1,
                           "ERR numkeys should be greater than 0", &keys))
        return false;
    /* One of the words must follow the keys. */
    if ((uint64_t)keys >= request->argc - first - 1) {
        reply_syntax_error(client);
        return false;
    }
    pop->keys = request->argv + first + 1;
    pop->key_count = (size_t)keys;
    size_t at = first + 1 + pop->key_count;
    return argument_either(client, request->argv[at], first_word, second_word,
                           &pop->second) &&
           count_option(client, request, at + 1, &pop->count);
}
