/* Elements of lists as replies, and what commands that answer elements share.
 */
#ifndef LIST_REPLY_H
#define LIST_REPLY_H

#include "list_key.h"

/* The element at a cursor, as a bulk string. */
void list_reply_value(struct client *client, const struct list_cursor *cursor);

/* So many of them, from the cursor on; there are that many. */
void list_reply_values(struct client *client, struct list_cursor *cursor,
                       enum list_end towards, size_t count);

/* Takes elements from an end and answers them: one as a bulk string; or as
 * many as there are, up to count, in an array. The list is there; the key is
 * said to have changed. */
void list_reply_pop_one(struct client *client, struct list_key *at,
                        enum list_end end);
void list_reply_pop(struct client *client, struct list_key *at,
                    enum list_end end, uint64_t count);

/* What first..last means in a list of that length, where negative indexes count
 * from the end: how many elements, and where they start. */
size_t list_range(size_t len, int64_t first, int64_t last, size_t *start);

#endif
