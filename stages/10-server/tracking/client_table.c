/* A table with open addresses (D. Knuth, The Art of Computer Programming 3,
 * 6.4, algorithms L and R): a client stands in the first free slot from its
 * home on. At most half of the slots are taken. */
#include "client_table.h"

#include <stdlib.h>

#include "client_find.h"
#include "xalloc.h"

static struct client **slots;
static size_t room, count; /* room is a power of two, or 0 */

/* Ids are given one after the other. Multiplied by 2^64 over the golden ratio
 * they lie apart. Otherwise they would fill one long run of slots, and a search
 * for a client that is gone would walk to its end. */
static size_t home(uint64_t id) {
    return (size_t)(id * 0x9e3779b97f4a7c15 >> 32) & (room - 1);
}

static size_t next(size_t slot) {
    return (slot + 1) & (room - 1);
}

/* The slot of a client, or the free one in which it would stand. */
static size_t find(uint64_t id) {
    size_t slot = home(id);
    while (slots[slot] != NULL && slots[slot]->id != id)
        slot = next(slot);
    return slot;
}

static void grow(void) {
    struct client **old = slots;
    size_t old_room = room;
    room = room > 0 ? 2 * room : 16;
    slots = xcalloc(room, sizeof *slots);
    for (size_t i = 0; i < old_room; i++)
        if (old[i] != NULL)
            slots[find(old[i]->id)] = old[i];
    free(old);
}

void client_table_add(struct client *client) {
    if (2 * count >= room)
        grow();
    slots[find(client->id)] = client;
    count++;
}

/* The clients behind one that goes must still be found from their homes: those
 * which are at home there or before it move up. */
void client_table_remove(const struct client *client) {
    size_t hole = find(client->id);
    slots[hole] = NULL;
    for (size_t at = next(hole); slots[at] != NULL; at = next(at)) {
        /* How far it stands from its home. If the hole is farther back than
         * that, it would not be found there. */
        size_t way = (at - home(slots[at]->id)) & (room - 1);
        if (way < ((at - hole) & (room - 1)))
            continue;
        slots[hole] = slots[at];
        slots[at] = NULL;
        hole = at;
    }
    if (--count > 0)
        return;
    free(slots);
    slots = NULL;
    room = 0;
}

/* A client without a connection, as that of a primary while the link to it is
 * down, is not found. */
struct client *client_find(uint64_t id) {
    struct client *client = room > 0 ? slots[find(id)] : NULL;
    return client != NULL && client->conn->watch.fd >= 0 ? client : NULL;
}
