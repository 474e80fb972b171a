#include "push.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "output.h"
#include "xalloc.h"

struct client *push_to;
size_t push_kept;

/* Messages for the client whose request is running, kept until its reply is
 * complete. */
static struct shared *kept;
static size_t kept_count, kept_room;

/* News, in order. */
static struct news {
    struct news *next;
    void (*tell)(struct client *client, struct slice bytes);
    size_t len;
    char bytes[];
} * first_news, **last_news = &first_news;

static void keep(const struct shared *message) {
    if (kept_count == kept_room) {
        kept_room = kept_room == 0 ? 16 : kept_room * 2;
        kept = xrealloc(kept, kept_room * sizeof *kept);
    }
    shared_hold(message); /* the publisher releases its own reference */
    kept[kept_count++] = *message;
    push_kept++;
}

/* A client that has asked to leave gets only its replies. */
void push(struct client *client, const struct shared *message) {
    /* It may be closed as soon as they are sent. */
    if (client->conn->ending)
        return;
    if (client->state.special & CLIENT_FOLLOWER)
        client_drop(client); /* the history has no place for a message */
    else if (client == push_to)
        keep(message);
    else
        output_share(client->conn, message);
}

void push_news(void (*tell)(struct client *client, struct slice bytes),
               struct slice bytes) {
    struct news *news = xmalloc(sizeof *news + bytes.len);
    *news = (struct news){.tell = tell, .len = bytes.len};
    if (bytes.len > 0)
        memcpy(news->bytes, bytes.ptr, bytes.len);
    *last_news = news;
    last_news = &news->next;
    push_kept++;
}

static void deliver_kept(struct client *client) {
    for (size_t i = 0; i < kept_count; i++) {
        if (client != NULL)
            output_share(client->conn, &kept[i]);
        shared_release(&kept[i]);
    }
    kept_count = 0;
}

static void deliver_news(struct client *client) {
    struct news *news = first_news;
    first_news = NULL;
    last_news = &first_news;
    while (news != NULL) {
        struct news *next = news->next;
        if (client != NULL)
            news->tell(client, (struct slice){news->bytes, news->len});
        free(news);
        news = next;
    }
}

/* Sends everything to the client; if it is NULL, everything is dropped. What is
 * kept is encoded, and so comes first; news is encoded now. */
static void deliver_all(struct client *client) {
    push_to = NULL; /* first, or what news says would be kept again */
    deliver_kept(client);
    deliver_news(client);
    push_kept = 0;
}

void push_deliver(void) {
    deliver_all(push_to);
}

void push_forget(const struct client *client) {
    if (client == push_to)
        deliver_all(NULL);
}

void push_stop(void) {
    free(kept);
    kept = NULL;
    kept_room = 0;
}
