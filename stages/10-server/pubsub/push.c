#include "push.h"

#include <stdlib.h>

#include "client.h"
#include "output.h"
#include "xalloc.h"

struct client *push_to;
size_t push_kept;

/* Messages for the client that is being served, kept until its reply is
 * complete. */
static struct shared *kept;
static size_t kept_room;

static void keep(const struct shared *message) {
    if (push_kept == kept_room) {
        kept_room = kept_room == 0 ? 16 : kept_room * 2;
        kept = xrealloc(kept, kept_room * sizeof *kept);
    }
    shared_hold(message);
    kept[push_kept++] = *message;
}

/* A client that has asked to leave gets no more than its replies. */
void push(struct client *client, const struct shared *message) {
    if (client->conn->ending)
        return;
    if (client == push_to)
        keep(message);
    else
        output_share(client->conn, message);
}

static void release_kept(void) {
    for (size_t i = 0; i < push_kept; i++)
        shared_release(&kept[i]);
    push_kept = 0;
}

void push_deliver(void) {
    for (size_t i = 0; i < push_kept; i++)
        output_share(push_to->conn, &kept[i]);
    release_kept();
}

void push_forget(const struct client *client) {
    if (client != push_to)
        return;
    release_kept();
    push_to = NULL;
}

void push_stop(void) {
    free(kept);
    kept = NULL;
    kept_room = 0;
}
