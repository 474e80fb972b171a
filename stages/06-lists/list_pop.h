/* Popping from the first of several lists that has something: what LMPOP and
 * BLMPOP do. */
#ifndef LIST_POP_H
#define LIST_POP_H

#include "list_key.h"
#include "pop_arguments.h"

/* Pops from the head, or from the tail for the second word; answers the key and
 * its elements, or an error. Returns false, without a reply, if there is
 * nothing in any of them. */
bool list_pop_first(struct client *client, const struct pop_arguments *pop);

#endif
