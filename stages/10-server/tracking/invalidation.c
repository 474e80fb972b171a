#include "invalidation.h"

#include "client_table.h"
#include "pubsub.h"
#include "push.h"
#include "resp_write.h"
#include "tracking.h"

static void write_text(struct buf *out, const char *text) {
    resp_write_bulk(out, text, strlen(text));
}

static struct shared share(struct buf *bytes) {
    struct shared shared = shared_new(buf_bytes(bytes), buf_len(bytes));
    buf_free(bytes);
    return shared;
}

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

/* Only version 3 has a form for it. */
static void tell_broken(struct client *client) {
    client->state.tracker->broken = true;
    if (!client->state.resp3)
        return;
    struct buf out = {0};
    resp_write_number(&out, '>', 2);
    write_text(&out, "tracking-redir-broken");
    resp_write_number(&out, ':', (int64_t)client->state.tracker->redirect);
    struct shared shared = share(&out);
    push(client, &shared);
    shared_release(&shared);
}

void invalidation_tell(struct client *client, struct invalidation *what) {
    uint64_t redirect = client->state.tracker->redirect;
    struct client *told = redirect != 0 ? client_table_find(redirect) : client;
    if (told == NULL)
        tell_broken(client);
    else if (told->state.resp3 || (redirect != 0 && pubsub_subscribed(told)))
        push(told, form_of(what, told->state.resp3));
}

void invalidation_end(struct invalidation *what) {
    for (int i = 0; i < 2; i++)
        if (what->forms[i].block != NULL)
            shared_release(&what->forms[i]);
}
