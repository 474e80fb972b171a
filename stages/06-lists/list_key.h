/* The list at a key, for commands that work on it. */
#ifndef LIST_KEY_H
#define LIST_KEY_H

#include "list.h"
#include "object_key.h"

struct list_key {
    struct object_key key;
    struct list *list; /* NULL when there is none */
};

/* Finds the list at a key, if there is one; see object_key_find(). */
bool list_key_find(struct client *client, struct slice name,
                   struct list_key *at);

/* Pushes values on the list, or on a new one if there is none. They must not
 * lie in the list. */
void list_key_push(struct list_key *at, enum list_end end,
                   const struct slice *values, size_t count);

/* Calls list_expect() for a value whose place is still to be found. As in
 * Redis, the list stays a deque even if there is no such place. */
void list_key_expect(struct list_key *at, struct slice value);

/* Call this after a change of the list; see object_key_changed(). */
void list_key_changed(struct list_key *at, const char *event, uint64_t changes);

/* The events of a push and a pop at an end: see keyspace_changed(). */
static inline const char *list_pushed_event(enum list_end end) {
    return end == LIST_HEAD ? "llpush" : "lrpush";
}

static inline const char *list_popped_event(enum list_end end) {
    return end == LIST_HEAD ? "llpop" : "lrpop";
}

/* Reads the word LEFT or RIGHT. Returns false after the error reply. */
bool list_end_argument(struct client *client, struct slice word,
                       enum list_end *end);

#endif
