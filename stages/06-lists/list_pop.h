/* Popping from the first of several lists that has something: what LMPOP and
 * BLMPOP do. */
#ifndef LIST_POP_H
#define LIST_POP_H

#include "list_key.h"

struct list_pops {
    const struct slice *keys;
    size_t key_count;
    enum list_end end;
    int64_t count; /* at most so many elements */
};

/* Reads numkeys key [key ...] <LEFT | RIGHT> [COUNT count], which begins with
 * argument number first. Returns false after the error reply. */
bool list_pops_arguments(struct client *client, const struct request *request,
                         size_t first, struct list_pops *pops);

/* Pops, and answers the key and its elements, or an error. Returns false,
 * without a reply, if there is nothing in any of them. */
bool list_pops_run(struct client *client, const struct list_pops *pops);

#endif
