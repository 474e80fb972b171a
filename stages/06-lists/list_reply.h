/* Elements of lists as replies, and what the commands that wait share with
 * those that do not: popping and moving elements. */
#ifndef LIST_REPLY_H
#define LIST_REPLY_H

#include "list_key.h"
#include "pop_arguments.h"

/* Replies with the element at a cursor, as a bulk string. */
void list_reply_value(struct client *client, const struct list_cursor *cursor);

/* Replies with count elements from the cursor on; there must be that many. */
void list_reply_values(struct client *client, struct list_cursor *cursor,
                       enum list_end towards, size_t count);

/* Pop elements and reply with them: with one as a bulk string, or with up to
 * count as an array. The list must exist. They report that the key has
 * changed. */
void list_reply_pop_one(struct client *client, struct list_key *at,
                        enum list_end end);
void list_reply_pop(struct client *client, struct list_key *at,
                    enum list_end end, uint64_t count);

/* Pops from the first of several lists that has an element: from the head, or
 * from the tail for the second word. Replies with the key and the elements, or
 * with an error: as in Redis, the first key of another type is one, even if a
 * list with elements comes behind it. Returns false, without a reply, if all
 * lists are missing. */
bool list_reply_pop_first(struct client *client,
                          const struct pop_arguments *pop);

struct list_move {
    struct slice source, destination; /* they may be the same key */
    enum list_end from, to;
};

/* Moves an element from one list to another and replies with it, or with an
 * error. Returns false, without a reply, if the source is missing. */
bool list_reply_move(struct client *client, const struct list_move *move);

/* Resolves first..last in a list of that length, where negative indexes count
 * from the end. Returns the number of elements, and sets *start to the index of
 * the first. */
size_t list_range(size_t len, int64_t first, int64_t last, size_t *start);

#endif
