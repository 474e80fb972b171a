/* Elements of lists as replies, and the steps that commands share which answer
 * elements: popping and moving, whether or not they would wait. */
#ifndef LIST_REPLY_H
#define LIST_REPLY_H

#include "list_key.h"
#include "pop_arguments.h"

/* The element at a cursor, as a bulk string. */
void list_reply_value(struct client *client, const struct list_cursor *cursor);

/* The next count elements from the cursor on; there are that many. */
void list_reply_values(struct client *client, struct list_cursor *cursor,
                       enum list_end towards, size_t count);

/* Takes elements from an end and answers them: one as a bulk string; or as
 * many as there are, up to count, in an array. The list is there; the key is
 * said to have changed. */
void list_reply_pop_one(struct client *client, struct list_key *at,
                        enum list_end end);
void list_reply_pop(struct client *client, struct list_key *at,
                    enum list_end end, uint64_t count);

/* Pops from the first of several lists that has something: from the head, or
 * from the tail for the second word. Answers the key and its elements, or an
 * error. Returns false, without a reply, if there is nothing in any of them. */
bool list_reply_pop_first(struct client *client,
                          const struct pop_arguments *pop);

struct list_move {
    struct slice source, destination; /* they may be the same key */
    enum list_end from, to;
};

/* Moves an element from one list to another and answers it, or answers an
 * error. Returns false, without a reply, if the source has none. */
bool list_reply_move(struct client *client, const struct list_move *move);

/* Resolves first..last in a list of that length, where negative indexes count
 * from the end. Returns the number of elements; *start is the first of them. */
size_t list_range(size_t len, int64_t first, int64_t last, size_t *start);

#endif
