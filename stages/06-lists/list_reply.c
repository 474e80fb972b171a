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
        if (count > 0)
            list_next(cursor, towards);
    }
}

static struct list_cursor at_end(struct list *list, enum list_end end) {
    return list_seek(list, end == LIST_HEAD ? 0 : -1);
}

static enum list_end opposite(enum list_end end) {
    return end == LIST_HEAD ? LIST_TAIL : LIST_HEAD;
}

void list_reply_pop_one(struct client *client, struct list_key *at,
                        enum list_end end) {
    struct list_cursor cursor = at_end(at->list, end);
    list_reply_value(client, &cursor);
    list_pop(&at->key.key.db->heap, &at->list, end);
    list_key_changed(at, list_popped_event(end), 1);
}

void list_reply_pop(struct client *client, struct list_key *at,
                    enum list_end end, uint64_t count) {
    if (count > list_len(at->list))
        count = list_len(at->list);
    struct list_cursor cursor = at_end(at->list, end);
    reply_array(client, count);
    list_reply_values(client, &cursor, opposite(end), count);
    list_cut(&at->key.key.db->heap, &at->list, end, count);
    list_key_changed(at, list_popped_event(end), count);
}

/* An index as a distance from the head; one before it is negative. */
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
