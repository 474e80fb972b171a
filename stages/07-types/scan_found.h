/* Elements that a command has found and answers when it knows how many they
 * are. They are copied, so they need not stay where they were. */
#ifndef SCAN_FOUND_H
#define SCAN_FOUND_H

#include <stddef.h>

#include "buf.h"
#include "client.h"
#include "slice.h"

/* All zeros is none. */
struct scan_found {
    size_t count;
    struct buf bytes; /* of each its length, then itself */
};

void scan_found_add(struct scan_found *found, struct slice element);

/* Gives them behind the head of an array or a set, and forgets them. */
void scan_found_reply(struct client *client, struct scan_found *found,
                      void (*head)(struct client *client, size_t count));

#endif
