/* Elements that a command has found and returns once it knows their number.
 * They are copied, so the originals may move. */
#ifndef SCAN_FOUND_H
#define SCAN_FOUND_H

#include <stddef.h>

#include "buf.h"
#include "client.h"
#include "slice.h"

/* All zeros means none. */
struct scan_found {
    size_t count;
    struct buf bytes; /* the length of each, then its bytes */
};

void scan_found_add(struct scan_found *found, struct slice element);

/* Replies with them behind the head of an array or a set, and clears the list.
 */
void scan_found_reply(struct client *client, struct scan_found *found,
                      void (*head)(struct client *client, size_t count));

#endif
