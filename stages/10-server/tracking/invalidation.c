#include "invalidation.h"

#include "buf_slice.h"
#include "client_find.h"
#include "pubsub.h"
#include "push.h"
#include "resp_write.h"
#include "tracking.h"

static void write_text(struct buf *out, const char *text) {
    resp_write_bulk(out, text, strlen(text));
}

/* Moves the bytes to where many outputs can share them. */
static struct shared share(struct buf *bytes) {
    struct shared shared = shared_new(buf_bytes(bytes), buf_len(bytes));
    buf_free(bytes);
    return shared;
}

/* Returns the invalidation as a message of that version, which is made when it
 * is first needed. */
static const struct shared *form_of(struct invalidation *what, bool resp3) {
    if (what->forms[resp3].block != NULL)
        return &what->forms[resp3];
    struct buf out = {0};
    if (resp3) {
        resp_write_number(&out, '>', 2);
        write_text(&out, "invalidate");
    } else {
        resp_write_number(&out, '*', 3);
        write_text(&out, "message");
        write_text(&out, "__redis__:invalidate");
    }
    buf_append(&out, buf_bytes(what->keys), buf_len(what->keys));
    what->forms[resp3] = share(&out);
    return &what->forms[resp3];
}

/* The redirection of the client whose request is running, if the request has
 * ended its tracking. */
static uint64_t last_redirect;

/* Others are told at once, so nothing is pending for them. */
void invalidation_untracked(const struct client *client) {
    if (client == push_to)
        last_redirect = client->state.tracker->redirect;
}

static uint64_t redirect_of(const struct client *client) {
    return tracking_on(client) ? client->state.tracker->redirect
                               : last_redirect;
}

/* Only version 3 of the protocol has a form for this. */
static void tell_broken(struct client *client) {
    if (tracking_on(client))
        client->state.tracker->broken = true;
    if (!client->state.resp3)
        return;
    struct buf out = {0};
    resp_write_number(&out, '>', 2);
    write_text(&out, "tracking-redir-broken");
    resp_write_number(&out, ':', (int64_t)redirect_of(client));
    struct shared shared = share(&out);
    push(client, &shared);
    shared_release(&shared);
}

/* A message of version 2 goes to nobody who does not expect messages: it could
 * be taken for the reply to a request. */
static void tell(struct client *client, struct invalidation *what) {
    uint64_t redirect = redirect_of(client);
    struct client *told = redirect != 0 ? client_find(redirect) : client;
    if (told == NULL)
        tell_broken(client);
    else if (told->state.resp3 || (redirect != 0 && pubsub_subscribed(told)))
        push(told, form_of(what, told->state.resp3));
}

void invalidation_of_all(struct buf *keys, bool resp3) {
    const char *null = resp3 ? "_\r\n" : "$-1\r\n";
    buf_append(keys, null, strlen(null));
}

/* The null may have to be encoded for another version than the client spoke
 * when the key was changed. */
static void tell_late(struct client *client, struct slice bytes) {
    struct buf keys = {0};
    /* An array of keys looks the same in both versions. */
    if (bytes.ptr[0] == '*')
        buf_append(&keys, bytes.ptr, bytes.len);
    else
        invalidation_of_all(&keys, client->state.resp3);
    struct invalidation what = {.keys = &keys};
    tell(client, &what);
    invalidation_end(&what);
    buf_free(&keys);
}

void invalidation_tell(struct client *client, struct invalidation *what) {
    if (client == push_to)
        push_news(tell_late, buf_slice(what->keys));
    else
        tell(client, what);
}

void invalidation_end(struct invalidation *what) {
    for (int i = 0; i < 2; i++)
        if (what->forms[i].block != NULL)
            shared_release(&what->forms[i]);
}
