#include "push.h"

#include <stdlib.h>

#include "client.h"
#include "output.h"
#include "shared.h"
#include "xalloc.h"

static struct client *running;

/* What the running client gets when its reply is complete. */
static struct shared **kept;
static size_t kept_count, kept_room;

static void keep(struct shared *message) {
    if (kept_count == kept_room) {
        kept_room = kept_room == 0 ? 16 : kept_room * 2;
        kept = xrealloc(kept, kept_room * sizeof *kept);
    }
    shared_hold(message);
    kept[kept_count++] = message;
}

void push(struct client *client, struct shared *message) {
    if (client == running)
        keep(message);
    else
        output_share(client->conn, message);
}

static void release_kept(void) {
    for (size_t i = 0; i < kept_count; i++)
        shared_release(kept[i]);
    kept_count = 0;
}

void push_running(struct client *client) {
    for (size_t i = 0; i < kept_count; i++)
        output_share(running->conn, kept[i]);
    release_kept();
    running = client;
}

void push_forget(const struct client *client) {
    if (client != running)
        return;
    release_kept();
    running = NULL;
}

void push_stop(void) {
    free(kept);
    kept = NULL;
    kept_room = 0;
}
