#include "stream_reply.h"

void stream_reply_id(struct client *client, struct stream_id id) {
    char text[STREAM_ID_MAX_TEXT];
    reply_bulk(client, text, stream_id_format(text, id));
}

/* The value at a place of a listpack. */
static void reply_value_at(struct client *client, const uint8_t *place) {
    char scratch[NUMBER_I64_MAX_TEXT];
    reply_slice(client, listpack_text(place, scratch));
}

void stream_reply_entry(struct client *client,
                        const struct stream_entry *entry) {
    struct stream_entry rest = *entry;
    uint8_t *field, *value;
    reply_array(client, 2);
    stream_reply_id(client, entry->id);
    reply_array(client, entry->fields * 2);
    while (stream_entry_pair(&rest, &field, &value)) {
        reply_value_at(client, field);
        reply_value_at(client, value);
    }
}

size_t stream_reply_begin(const struct client *client) {
    return buf_len(client->out);
}

void stream_reply_end_as(struct client *client, size_t begin, size_t count,
                         void (*head)(struct client *client, size_t count)) {
    /* The head is written behind the elements, by the same functions as any
     * other, and then moved in front of them: O(len). */
    size_t len = buf_len(client->out) - begin;
    head(client, count);
    size_t head_len = buf_len(client->out) - begin - len;
    if (len == 0)
        return;
    char text[NUMBER_I64_MAX_TEXT + 3]; /* the longest head: *N, CR, LF */
    char *at = buf_bytes(client->out) + begin;
    memcpy(text, at + len, head_len);
    memmove(at + head_len, at, len);
    memcpy(at, text, head_len);
}

void stream_reply_end(struct client *client, size_t begin, size_t count) {
    stream_reply_end_as(client, begin, count, reply_array);
}

void stream_reply_range(struct client *client, struct stream_range *range,
                        uint64_t most) {
    size_t begin = stream_reply_begin(client), count = 0;
    while ((most == 0 || count < most) && stream_range_next(range)) {
        stream_reply_entry(client, &range->entry);
        count++;
    }
    stream_reply_end(client, begin, count);
}

bool stream_reply_found(struct client *client, const struct stream *stream,
                        struct stream_id id) {
    struct stream_range range;
    stream_range_start(&range, stream, id, id, false);
    if (!stream_range_next(&range))
        return false;
    stream_reply_entry(client, &range.entry);
    return true;
}
