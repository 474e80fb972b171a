#include "list_reply.h"

#include "reply.h"

void list_reply_value(struct client *client, const struct list_cursor *cursor) {
    char scratch[NUMBER_I64_MAX_TEXT];
    reply_slice(client, list_value(cursor, scratch));
}

void list_reply_values(struct client *client, struct list_cursor *cursor,
                       enum list_end towards, size_t count) {
    while (count-- > 0) {
        list_reply_value(client, cursor);
        /* The next block is not touched for an element that nobody wants. */
        if (count > 0)
            list_next(cursor, towards);
    }
}

static enum list_end opposite(enum list_end end) {
    return end == LIST_HEAD ? LIST_TAIL : LIST_HEAD;
}

void list_reply_pop_one(struct client *client, struct list_key *at,
                        enum list_end end) {
    struct list_cursor cursor = list_at_end(at->list, end);
    list_reply_value(client, &cursor);
    list_pop(keyspace_heap(), &at->list, end);
    list_key_changed(at, list_popped_event(end), 1);
}

void list_reply_pop(struct client *client, struct list_key *at,
                    enum list_end end, uint64_t count) {
    if (count > list_len(at->list))
        count = list_len(at->list);
    struct list_cursor cursor = list_at_end(at->list, end);
    reply_array(client, count);
    list_reply_values(client, &cursor, opposite(end), count);
    list_cut(keyspace_heap(), &at->list, end, count);
    list_key_changed(at, list_popped_event(end), count);
}

bool list_reply_pop_first(struct client *client,
                          const struct pop_arguments *pop) {
    struct list_key at;
    for (size_t i = 0; i < pop->key_count; i++) {
        if (!list_key_find(client, pop->keys[i], &at))
            return true;
        if (at.list == NULL)
            continue;
        reply_array(client, 2);
        reply_slice(client, pop->keys[i]);
        enum list_end end = pop->second ? LIST_TAIL : LIST_HEAD;
        if (pop->count == 0)
            list_reply_pop_one(client, &at, end);
        else
            list_reply_pop(client, &at, end, (uint64_t)pop->count);
        return true;
    }
    return false;
}

/* Moves a value within one list, where it lies, so a copy is pushed. Nobody
 * hears of a change before both are done: even a list of one keeps its key. */
static void turn(struct client *client, struct list_key *at,
                 const struct list_move *move, struct slice value) {
    struct buf copy = {0};
    buf_append(&copy, value.ptr, value.len);
    if (value.len > 0)
        value.ptr = buf_bytes(&copy);
    reply_slice(client, value);
    list_turn(keyspace_heap(), &at->list, move->from, move->to, value);
    list_key_changed(at, list_pushed_event(move->to), 0);
    list_key_changed(at, list_popped_event(move->from), 1);
    buf_free(&copy);
}

bool list_reply_move(struct client *client, const struct list_move *move) {
    struct list_key source, destination;
    char scratch[NUMBER_I64_MAX_TEXT];
    if (!list_key_find(client, move->source, &source))
        return true;
    if (source.list == NULL)
        return false;
    struct list_cursor cursor = list_at_end(source.list, move->from);
    struct slice value = list_value(&cursor, scratch);
    if (slice_equal(move->source, move->destination)) {
        /* Both names look it up, and so use it. */
        (void)keyspace_use(client, &source.key.key);
        turn(client, &source, move, value);
        return true;
    }
    /* Nothing has been changed when the destination has another type. */
    if (!list_key_find(client, move->destination, &destination))
        return true;
    reply_slice(client, value);
    /* The reply first, and the pop last: the value lies in the source. Adding a
     * key moves no other entry, so the source is still good. */
    list_key_push(&destination, move->to, &value, 1);
    list_key_changed(&destination, list_pushed_event(move->to), 0);
    list_pop(keyspace_heap(), &source.list, move->from);
    list_key_changed(&source, list_popped_event(move->from), 1);
    return true;
}

/* Returns an index as a distance from the head; negative if it lies before the
 * head. */
static int64_t from_head(int64_t index, int64_t len) {
    return index < 0 ? index + len : index;
}

size_t list_range(size_t len, int64_t first, int64_t last, size_t *start) {
    first = from_head(first, (int64_t)len);
    last = from_head(last, (int64_t)len);
    if (first < 0)
        first = 0;
    if (last >= (int64_t)len)
        last = (int64_t)len - 1;
    *start = (size_t)first;
    return first <= last ? (size_t)(last - first) + 1 : 0;
}
