/* Moving an element from one list to another, or to the other end of the same:
 * what LMOVE and the commands that wait for it do. */
#ifndef LIST_MOVE_H
#define LIST_MOVE_H

#include "list_key.h"

struct list_move {
    struct slice source, destination;
    enum list_end from, to;
};

/* Moves one and answers it, or answers an error. Returns false, without a
 * reply, if the source has none. */
bool list_move_one(struct client *client, const struct list_move *move);

#endif
