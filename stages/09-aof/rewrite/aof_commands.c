#include "aof_commands.h"

#include "entry_expiry.h"
#include "entry_object.h"
#include "hash.h"
#include "list.h"
#include "score.h"
#include "set.h"
#include "stream_group.h"
#include "zset.h"

/* Values that one command has at most; a command of any length could not be
 * read everywhere. */
enum { VALUES_MOST = 64 };

/* Requests. */

static void write_head(struct rdb_writer *writer, char kind, size_t number) {
    char head[NUMBER_I64_MAX_TEXT + 3];
    size_t len = 0;
    head[len++] = kind;
    len += format_i64(head + len, (int64_t)number);
    head[len++] = '\r';
    head[len++] = '\n';
    rdb_write(writer, head, len);
}

static void write_slice(struct rdb_writer *writer, struct slice bytes) {
    write_head(writer, '$', bytes.len);
    rdb_write(writer, bytes.ptr, bytes.len);
    rdb_write(writer, "\r\n", 2);
}

static void write_word(struct rdb_writer *writer, const char *word) {
    write_slice(writer, (struct slice){(char *)word, strlen(word)});
}

static void write_number(struct rdb_writer *writer, int64_t number) {
    char digits[NUMBER_I64_MAX_TEXT];
    write_slice(writer, (struct slice){digits, format_i64(digits, number)});
}

static void write_id(struct rdb_writer *writer, struct stream_id id) {
    char text[STREAM_ID_MAX_TEXT];
    write_slice(writer, (struct slice){text, stream_id_format(text, id)});
}

void aof_commands_select(struct rdb_writer *writer, int database) {
    write_head(writer, '*', 2);
    write_word(writer, "SELECT");
    write_number(writer, database);
}

/* Commands of many values, cut in pieces: a head is written whenever the last
 * command has as many as it may. */
struct pieces {
    struct rdb_writer *writer;
    const char *command;
    struct slice key;
    size_t left;  /* values that are still to come */
    size_t each;  /* words of a value: 1, or 2 for pairs */
    size_t piece; /* values that the command may still take */
};

static struct pieces pieces_of(struct rdb_writer *writer, const char *command,
                               struct slice key, size_t values, size_t each) {
    return (struct pieces){writer, command, key, values, each, 0};
}

static void next_value(struct pieces *pieces) {
    if (pieces->piece == 0) {
        pieces->piece = pieces->left < VALUES_MOST ? pieces->left : VALUES_MOST;
        write_head(pieces->writer, '*', 2 + pieces->piece * pieces->each);
        write_word(pieces->writer, pieces->command);
        write_slice(pieces->writer, pieces->key);
    }
    pieces->piece--;
    pieces->left--;
}

/* Types. */

static void write_list(struct rdb_writer *writer, struct slice key,
                       struct list *list) {
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t count = list_len(list);
    struct pieces pieces = pieces_of(writer, "RPUSH", key, count, 1);
    struct list_cursor at = list_seek(list, 0);
    for (; at.place != NULL; list_next(&at, LIST_TAIL)) {
        next_value(&pieces);
        write_slice(writer, list_value(&at, scratch));
    }
}

static void write_member(void *context, struct slice member) {
    struct pieces *pieces = context;
    next_value(pieces);
    write_slice(pieces->writer, member);
}

static void write_set(struct rdb_writer *writer, struct slice key,
                      const struct set *set) {
    struct pieces pieces = pieces_of(writer, "SADD", key, set_size(set), 1);
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, write_member, &pieces);
    while (cursor != 0);
}

static void write_pair(void *context, struct slice field, struct slice value) {
    struct pieces *pieces = context;
    next_value(pieces);
    write_slice(pieces->writer, field);
    write_slice(pieces->writer, value);
}

static void write_hash(struct rdb_writer *writer, struct slice key,
                       const struct hash *hash) {
    struct pieces pieces = pieces_of(writer, "HSET", key, hash_size(hash), 2);
    uint64_t cursor = 0;
    do
        cursor = hash_scan(hash, cursor, write_pair, &pieces);
    while (cursor != 0);
}

static void write_zset(struct rdb_writer *writer, struct slice key,
                       const struct zset *zset) {
    char digits[SCORE_MAX_TEXT], scratch[NUMBER_I64_MAX_TEXT];
    size_t count = zset_count(zset);
    struct pieces pieces = pieces_of(writer, "ZADD", key, count, 2);
    struct zset_cursor at = zset_seek(zset, 0);
    for (; count > 0; count--, zset_next(&at, false)) {
        next_value(&pieces);
        size_t len = score_format(digits, zset_score_at(&at));
        write_slice(writer, (struct slice){digits, len});
        write_slice(writer, zset_member(&at, scratch));
    }
}

/* Streams. */

static void write_entry(struct rdb_writer *writer, struct slice key,
                        struct stream_entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    uint8_t *field, *value;
    write_head(writer, '*', 3 + 2 * entry->fields);
    write_word(writer, "XADD");
    write_slice(writer, key);
    write_id(writer, entry->id);
    while (stream_entry_pair(entry, &field, &value)) {
        write_slice(writer, listpack_text(field, scratch));
        write_slice(writer, listpack_text(value, scratch));
    }
}

/* A stream without entries comes from one that is added and trimmed away. */
static void write_nothing(struct rdb_writer *writer, struct slice key) {
    write_head(writer, '*', 7);
    write_word(writer, "XADD");
    write_slice(writer, key);
    write_word(writer, "MAXLEN");
    write_word(writer, "0");
    write_word(writer, "0-1");
    write_word(writer, "x");
    write_word(writer, "y");
}

static void write_pending(struct rdb_writer *writer, struct slice key,
                          const struct stream_group *group,
                          const struct stream_pending *item) {
    write_head(writer, '*', 12);
    write_word(writer, "XCLAIM");
    write_slice(writer, key);
    write_slice(writer, group->name);
    write_slice(writer, item->consumer->name);
    write_word(writer, "0");
    write_id(writer, item->id);
    write_word(writer, "TIME");
    write_number(writer, item->delivered_ms);
    write_word(writer, "RETRYCOUNT");
    write_number(writer, (int64_t)item->deliveries);
    write_word(writer, "JUSTID");
    write_word(writer, "FORCE");
}

static void write_group(struct rdb_writer *writer, struct slice key,
                        const struct stream_group *group) {
    write_head(writer, '*', 7);
    write_word(writer, "XGROUP");
    write_word(writer, "CREATE");
    write_slice(writer, key);
    write_slice(writer, group->name);
    write_id(writer, group->last_id);
    write_word(writer, "ENTRIESREAD");
    write_number(writer, group->entries_read);
    for (uint32_t i = 0; i < group->consumers.used; i++) {
        const struct stream_consumer *consumer = group->consumers.items[i];
        write_head(writer, '*', 5);
        write_word(writer, "XGROUP");
        write_word(writer, "CREATECONSUMER");
        write_slice(writer, key);
        write_slice(writer, group->name);
        write_slice(writer, consumer->name);
    }
    struct stream_place place =
        stream_index_seek(&group->pending, STREAM_ID_LEAST);
    const struct stream_pending *item;
    while ((item = stream_index_item(&group->pending, place)) != NULL) {
        write_pending(writer, key, group, item);
        stream_index_next(&group->pending, &place);
    }
}

static void write_stream(struct rdb_writer *writer, struct slice key,
                         const struct stream *stream) {
    struct stream_range range;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST, false);
    if (stream->length == 0)
        write_nothing(writer, key);
    while (stream_range_next(&range))
        write_entry(writer, key, &range.entry);
    write_head(writer, '*', 7);
    write_word(writer, "XSETID");
    write_slice(writer, key);
    write_id(writer, stream->last_id);
    write_word(writer, "ENTRIESADDED");
    write_number(writer, (int64_t)stream->entries_added);
    write_word(writer, "MAXDELETEDID");
    write_id(writer, stream->max_deleted_id);
    for (uint32_t i = 0; i < stream->groups.used; i++)
        write_group(writer, key, stream->groups.items[i]);
}

static void write_string(struct rdb_writer *writer, struct slice key,
                         const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    write_head(writer, '*', 3);
    write_word(writer, "SET");
    write_slice(writer, key);
    write_slice(writer, entry_value(entry, scratch));
}

void aof_commands_write(struct rdb_writer *writer, const struct entry *entry) {
    struct slice key = entry_key(entry);
    switch (entry_type(entry)) {
    case TYPE_STRING: write_string(writer, key, entry); break;
    case TYPE_LIST: write_list(writer, key, entry_object(entry)); break;
    case TYPE_SET: write_set(writer, key, entry_object(entry)); break;
    case TYPE_ZSET: write_zset(writer, key, entry_object(entry)); break;
    case TYPE_HASH: write_hash(writer, key, entry_object(entry)); break;
    case TYPE_STREAM: write_stream(writer, key, entry_object(entry)); break;
    }
    if (entry_expiry(entry) == NO_EXPIRY)
        return;
    write_head(writer, '*', 3);
    write_word(writer, "PEXPIREAT");
    write_slice(writer, key);
    write_number(writer, entry_expiry(entry));
}
