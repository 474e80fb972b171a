/* Writes streams of an RDB, in the second of the forms that
 * rdb_stream_read.c shows: the blocks as they are, then the stream's own
 * fields and its groups. */
#include "rdb_value.h"
#include "stream.h"
#include "stream_group.h"

enum { RAW_ID = 16 };

static void write_raw_id(struct rdb_writer *writer, struct stream_id id) {
    uint8_t bytes[RAW_ID];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(id.ms >> (56 - 8 * i));
        bytes[8 + i] = (uint8_t)(id.seq >> (56 - 8 * i));
    }
    rdb_write(writer, bytes, sizeof bytes);
}

static void write_id(struct rdb_writer *writer, struct stream_id id) {
    rdb_write_length(writer, id.ms);
    rdb_write_length(writer, id.seq);
}

static void write_blocks(struct rdb_writer *writer,
                         const struct stream *stream) {
    struct stream_place place =
        stream_index_seek(&stream->blocks, STREAM_ID_LEAST);
    const struct stream_node *node;
    rdb_write_length(writer, stream->blocks.count);
    while ((node = stream_index_item(&stream->blocks, place)) != NULL) {
        const uint8_t *lp = node->block->lp;
        rdb_write_length(writer, RAW_ID); /* the ID is a string here */
        write_raw_id(writer, node->first);
        rdb_write_string(writer,
                         (struct slice){(char *)lp, listpack_bytes(lp)});
        stream_index_next(&stream->blocks, &place);
    }
}

static void write_group_pending(struct rdb_writer *writer,
                                const struct stream_index *pending) {
    struct stream_place place = stream_index_seek(pending, STREAM_ID_LEAST);
    const struct stream_pending *item;
    rdb_write_length(writer, pending->count);
    while ((item = stream_index_item(pending, place)) != NULL) {
        write_raw_id(writer, item->id);
        rdb_write_u64(writer, (uint64_t)item->delivered_ms);
        rdb_write_length(writer, item->deliveries);
        stream_index_next(pending, &place);
    }
}

static void write_consumer(struct rdb_writer *writer,
                           const struct stream_consumer *consumer) {
    struct stream_place place =
        stream_index_seek(&consumer->pending, STREAM_ID_LEAST);
    const struct stream_id *id;
    rdb_write_string(writer, consumer->name.text);
    rdb_write_u64(writer, (uint64_t)consumer->seen_ms);
    rdb_write_length(writer, consumer->pending.count);
    while ((id = stream_index_item(&consumer->pending, place)) != NULL) {
        write_raw_id(writer, *id);
        stream_index_next(&consumer->pending, &place);
    }
}

static void write_group(struct rdb_writer *writer,
                        const struct stream_group *group) {
    rdb_write_string(writer, group->name.text);
    write_id(writer, group->last_id);
    rdb_write_length(writer, (uint64_t)group->entries_read);
    write_group_pending(writer, &group->pending);
    rdb_write_length(writer, group->consumers.used);
    const struct stream_consumer *consumer = NULL;
    while ((consumer = stream_names_next(&group->consumers, consumer)) != NULL)
        write_consumer(writer, consumer);
}

void rdb_write_stream(struct rdb_writer *writer, const struct stream *stream) {
    write_blocks(writer, stream);
    rdb_write_length(writer, stream->length);
    write_id(writer, stream->last_id);
    write_id(writer, stream->first_id);
    write_id(writer, stream->max_deleted_id);
    rdb_write_length(writer, stream->entries_added);
    rdb_write_length(writer, stream->groups.used);
    const struct stream_group *group = NULL;
    while ((group = stream_names_next(&stream->groups, group)) != NULL)
        write_group(writer, group);
}
