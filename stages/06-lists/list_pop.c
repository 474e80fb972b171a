#include "list_pop.h"

#include "argument_at_least.h"
#include "list_reply.h"
#include "reply.h"

/* [COUNT count], as the rest of the request from there on. What is wrong is
 * told from the left. */
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

bool list_pops_arguments(struct client *client, const struct request *request,
                         size_t first, struct list_pops *pops) {
    int64_t keys;
    if (!argument_at_least(client, request->argv[first], 1,
                           "ERR numkeys should be greater than 0", &keys))
        return false;
    /* Behind the keys there must be LEFT or RIGHT. */
    if ((uint64_t)keys >= request->argc - first - 1) {
        reply_syntax_error(client);
        return false;
    }
    pops->keys = request->argv + first + 1;
    pops->key_count = (size_t)keys;
    size_t at = first + 1 + pops->key_count;
    return list_end_argument(client, request->argv[at], &pops->end) &&
           count_option(client, request, at + 1, &pops->count);
}

bool list_pops_run(struct client *client, const struct list_pops *pops) {
    struct list_key at;
    for (size_t i = 0; i < pops->key_count; i++) {
        if (!list_key_find(client, pops->keys[i], &at))
            return true;
        if (at.list == NULL)
            continue;
        reply_array(client, 2);
        reply_slice(client, pops->keys[i]);
        list_reply_pop(client, &at, pops->end, (uint64_t)pops->count);
        return true;
    }
    return false;
}
