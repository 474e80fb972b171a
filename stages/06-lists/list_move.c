#include "list_move.h"

#include "list_reply.h"
#include "reply.h"

/* In one list: the value lies there, so a copy of it is put in. */
static void turn(struct client *client, struct list_key *at,
                 const struct list_move *move, struct slice value) {
    struct buf copy = {0};
    buf_append(&copy, value.ptr, value.len);
    if (value.len > 0)
        value.ptr = buf_bytes(&copy);
    reply_slice(client, value);
    list_key_push(at, move->to, value);
    list_pop(&at->key.key.db->heap, &at->list, move->from);
    list_key_changed(at, list_pushed_event(move->to), 0);
    list_key_changed(at, list_popped_event(move->from), 1);
    buf_free(&copy);
}

bool list_move_one(struct client *client, const struct list_move *move) {
    struct list_key source, destination;
    char scratch[NUMBER_I64_MAX_TEXT];
    if (!list_key_find(client, move->source, &source))
        return true;
    if (source.list == NULL)
        return false;
    struct list_cursor cursor =
        list_seek(source.list, move->from == LIST_HEAD ? 0 : -1);
    struct slice value = list_value(&cursor, scratch);
    if (slice_equal(move->source, move->destination)) {
        turn(client, &source, move, value);
        return true;
    }
    if (!list_key_find(client, move->destination, &destination))
        return true;
    reply_slice(client, value);
    list_key_push(&destination, move->to, value);
    list_key_changed(&destination, list_pushed_event(move->to), 0);
    list_pop(&source.key.key.db->heap, &source.list, move->from);
    list_key_changed(&source, list_popped_event(move->from), 1);
    return true;
}
