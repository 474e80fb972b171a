#include "aof_base.h"

#include <inttypes.h>
#include <stdio.h>

#include "aof_config.h"
#include "aof_format.h"
#include "aof_time.h"
#include "entry_expiry.h"
#include "entry_object.h"
#include "hash.h"
#include "keyspace.h"
#include "list.h"
#include "log.h"
#include "resp_write.h"
#include "score.h"
#include "set.h"
#include "stream.h"
#include "stream_group.h"
#include "words.h"
#include "zset.h"

enum {
    VALUES_MAX = 64,      /* values in one command, which any server accepts */
    SPILL_BYTES = 1 << 16 /* bytes that are collected before they are written */
};

/* A base that is being written as commands. */
struct base {
    int fd;
    int error; /* the first error, or 0 */
    size_t unsynced;
    struct buf out;
    save_progress *progress;
    uint64_t keys;
    struct slice key; /* the key that is being written */
    /* A command with many values, which is cut into pieces: */
    const char *command;
    size_t left;  /* values that are still to come */
    size_t each;  /* words of a value: 1, or 2 for pairs */
    size_t piece; /* values that the last piece may still take */
};

static void spill(struct base *base) {
    size_t len = buf_len(&base->out);
    if (len == 0)
        return;
    if (base->error == 0)
        base->error = file_write_all(base->fd, buf_bytes(&base->out), len);
    if (aof_config.sync_rewrite)
        file_sync_some(base->fd, &base->unsynced, len);
    buf_consume(&base->out, len);
}

static void spill_if_large(struct base *base) {
    if (buf_len(&base->out) >= SPILL_BYTES)
        spill(base);
}

/* Writes a command that consists of these slices. */
#define say(base, ...) \
    (words_write(&(base)->out, WORDS(__VA_ARGS__)), spill_if_large(base))

/* Begins a command that adds this many values to the key. */
static void say_values(struct base *base, const char *command, size_t values,
                       size_t each) {
    base->command = command;
    base->left = values;
    base->each = each;
    base->piece = 0;
}

static void say_word(struct base *base, struct slice bytes) {
    resp_write_bulk(&base->out, bytes.ptr, bytes.len);
}

/* Must be called before each value: begins the next piece if one is full. */
static void next_value(struct base *base) {
    if (base->piece == 0) {
        base->piece = base->left < VALUES_MAX ? base->left : VALUES_MAX;
        spill_if_large(base);
        resp_write_number(&base->out, '*',
                          (int64_t)(2 + base->piece * base->each));
        say_word(base, word(base->command));
        say_word(base, base->key);
    }
    base->piece--;
    base->left--;
}

/* Types. */

static void write_list(struct base *base, struct list *list) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct list_cursor at = list_seek(list, 0);
    say_values(base, "RPUSH", list_len(list), 1);
    for (; at.place != NULL; list_next(&at, LIST_TAIL)) {
        next_value(base);
        say_word(base, list_value(&at, scratch));
    }
}

static void write_member(void *context, struct slice member) {
    next_value(context);
    say_word(context, member);
}

static void write_set(struct base *base, const struct set *set) {
    uint64_t cursor = 0;
    say_values(base, "SADD", set_size(set), 1);
    do
        cursor = set_scan(set, cursor, write_member, base);
    while (cursor != 0);
}

static void write_pair(void *context, struct slice field, struct slice value) {
    next_value(context);
    say_word(context, field);
    say_word(context, value);
}

static void write_hash(struct base *base, const struct hash *hash) {
    uint64_t cursor = 0;
    say_values(base, "HSET", hash_size(hash), 2);
    do
        cursor = hash_scan(hash, cursor, write_pair, base);
    while (cursor != 0);
}

static void write_zset(struct base *base, const struct zset *zset) {
    char digits[SCORE_MAX_TEXT], scratch[NUMBER_I64_MAX_TEXT];
    size_t count = zset_count(zset);
    struct zset_cursor at = zset_seek(zset, 0);
    say_values(base, "ZADD", count, 2);
    for (; count > 0; count--, zset_next(&at, false)) {
        next_value(base);
        size_t len = score_format(digits, zset_score_at(&at));
        say_word(base, (struct slice){digits, len});
        say_word(base, zset_member(&at, scratch));
    }
}

/* Streams. */

static struct slice id_word(struct stream_id id,
                            char scratch[static STREAM_ID_MAX_TEXT]) {
    return (struct slice){scratch, stream_id_format(scratch, id)};
}

static void write_stream_entry(struct base *base, struct stream_entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT], id[STREAM_ID_MAX_TEXT];
    uint8_t *field, *value;
    spill_if_large(base);
    resp_write_number(&base->out, '*', (int64_t)(3 + 2 * entry->fields));
    say_word(base, word("XADD"));
    say_word(base, base->key);
    say_word(base, id_word(entry->id, id));
    while (stream_entry_pair(entry, &field, &value)) {
        say_word(base, listpack_text(field, scratch));
        say_word(base, listpack_text(value, scratch));
    }
}

static void write_pending(struct base *base, const struct stream_group *group,
                          const struct stream_pending *item) {
    char id[STREAM_ID_MAX_TEXT];
    char time[NUMBER_I64_MAX_TEXT], count[NUMBER_I64_MAX_TEXT];
    say(base, word("XCLAIM"), base->key, group->name.text,
        item->consumer->name.text, word("0"), id_word(item->id, id),
        word("TIME"), word_number(item->delivered_ms, time), word("RETRYCOUNT"),
        word_number((int64_t)item->deliveries, count), word("JUSTID"),
        word("FORCE"));
}

static void write_group(struct base *base, const struct stream_group *group) {
    char id[STREAM_ID_MAX_TEXT], read[NUMBER_I64_MAX_TEXT];
    say(base, word("XGROUP"), word("CREATE"), base->key, group->name.text,
        id_word(group->last_id, id), word("ENTRIESREAD"),
        word_number(group->entries_read, read));
    const struct stream_consumer *consumer = NULL;
    while ((consumer = stream_names_next(&group->consumers, consumer)) != NULL)
        say(base, word("XGROUP"), word("CREATECONSUMER"), base->key,
            group->name.text, consumer->name.text);
    struct stream_place place =
        stream_index_seek(&group->pending, STREAM_ID_LEAST);
    const struct stream_pending *item;
    while ((item = stream_index_item(&group->pending, place)) != NULL) {
        write_pending(base, group, item);
        stream_index_next(&group->pending, &place);
    }
}

static void write_stream(struct base *base, const struct stream *stream) {
    char last[STREAM_ID_MAX_TEXT], deleted[STREAM_ID_MAX_TEXT];
    char added[NUMBER_I64_MAX_TEXT];
    struct stream_range range;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST, false);
    /* An empty stream is made by adding an entry and trimming it away at
     * once. */
    if (stream->length == 0)
        say(base, word("XADD"), base->key, word("MAXLEN"), word("0"),
            word("0-1"), word("x"), word("y"));
    while (stream_range_next(&range))
        write_stream_entry(base, &range.entry);
    say(base, word("XSETID"), base->key, id_word(stream->last_id, last),
        word("ENTRIESADDED"),
        word_number((int64_t)stream->entries_added, added),
        word("MAXDELETEDID"), id_word(stream->max_deleted_id, deleted));
    const struct stream_group *group = NULL;
    while ((group = stream_names_next(&stream->groups, group)) != NULL)
        write_group(base, group);
}

/* All data. */

static void write_value(struct base *base, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    switch (entry_type(entry)) {
    case TYPE_STRING:
        say(base, word("SET"), base->key, entry_value(entry, scratch));
        break;
    case TYPE_LIST: write_list(base, entry_object(entry)); break;
    case TYPE_SET: write_set(base, entry_object(entry)); break;
    case TYPE_ZSET: write_zset(base, entry_object(entry)); break;
    case TYPE_HASH: write_hash(base, entry_object(entry)); break;
    case TYPE_STREAM: write_stream(base, entry_object(entry)); break;
    }
}

static void write_key(void *context, void *entry) {
    struct base *base = context;
    char ms[NUMBER_I64_MAX_TEXT];
    base->key = entry_key(entry);
    write_value(base, entry);
    if (entry_expiry(entry) != NO_EXPIRY)
        say(base, word("PEXPIREAT"), base->key,
            word_number(entry_expiry(entry), ms));
    base->keys++;
    if (base->progress != NULL)
        base->progress(base->keys);
}

static int write_commands(int fd, save_progress *progress) {
    struct base base = {.fd = fd, .progress = progress};
    char number[NUMBER_I64_MAX_TEXT];
    if (aof_format.timestamps)
        (void)aof_time_line(&base.out, 0);
    for (int i = 0; i < keyspace_databases; i++) {
        const struct db *db = keyspace_db(i);
        uint64_t cursor = 0;
        if (keyspace_size(db) == 0)
            continue;
        say(&base, word("SELECT"), word_number(i, number));
        /* As in an RDB, keys that are due are written, too: until a DEL says
         * that one is gone, commands may still change it. */
        do
            cursor = dict_scan(&db->dict, cursor, write_key, &base);
        while (cursor != 0 && base.error == 0);
    }
    spill(&base);
    return base.error;
}

void aof_base_name_of(char out[static FILE_PATH_MAX], int64_t sequence,
                      bool rdb) {
    (void)snprintf(out, FILE_PATH_MAX, "%s.%" PRId64 ".base.%s",
                   aof_config.appendfilename, sequence, rdb ? "rdb" : "aof");
}

void aof_base_name(char out[static FILE_PATH_MAX], int64_t sequence) {
    aof_base_name_of(out, sequence, aof_format.use_rdb_preamble);
}

bool aof_base_write(const char *path, save_progress *progress) {
    if (aof_format.use_rdb_preamble)
        return rdb_save_file(path, true, aof_config.sync_rewrite, progress);
    struct file_replace file;
    int error = file_replace_begin(&file, path);
    if (error == 0)
        error = file_replace_commit(&file, write_commands(file.fd, progress));
    if (error != 0)
        log_error("cannot write %s: %s", path, strerror(error));
    return error == 0;
}
