/* What tests of reading RDBs share: bytes that are put together by hand, and
 * values as text.
 *
 * Elements are arrays of C strings that end with NULL. */
#ifndef TEST_RDB_READ_H
#define TEST_RDB_READ_H

#include <stdlib.h>

#include "entry_object.h"
#include "hash.h"
#include "list.h"
#include "rdb_value.h"
#include "score.h"
#include "set.h"
#include "stage_deaf.h"
#include "stream.h"
#include "stream_group.h"
#include "unit.h"
#include "zset.h"

/* Bytes. */

struct bytes {
    uint8_t *at;
    size_t len, room;
};

static inline void add(struct bytes *bytes, const void *more, size_t len) {
    if (bytes->len + len > bytes->room) {
        bytes->room = 2 * (bytes->len + len);
        bytes->at = realloc(bytes->at, bytes->room);
    }
    if (len > 0)
        memcpy(bytes->at + bytes->len, more, len);
    bytes->len += len;
}

static inline void add_byte(struct bytes *bytes, unsigned byte) {
    uint8_t one = (uint8_t)byte;
    add(bytes, &one, 1);
}

/* A number of so many bytes, the low one first. */
static inline void add_low(struct bytes *bytes, uint64_t value, size_t size) {
    for (; size > 0; size--, value >>= 8)
        add_byte(bytes, value & 0xff);
}

static inline void add_high(struct bytes *bytes, uint64_t value, size_t size) {
    while (size-- > 0)
        add_byte(bytes, value >> (8 * size) & 0xff);
}

static inline void set_low(struct bytes *bytes, size_t at, uint64_t value,
                           size_t size) {
    for (size_t i = 0; i < size; i++, value >>= 8)
        bytes->at[at + i] = (uint8_t)value;
}

static inline void free_bytes(struct bytes *bytes) {
    free(bytes->at);
    *bytes = (struct bytes){0};
}

static inline void add_length(struct bytes *bytes, uint64_t length) {
    if (length < 64) {
        add_byte(bytes, (unsigned)length);
    } else if (length < 16384) {
        add_high(bytes, 0x4000 | length, 2);
    } else if (length <= UINT32_MAX) {
        add_byte(bytes, 0x80);
        add_high(bytes, length, 4);
    } else {
        add_byte(bytes, 0x81);
        add_high(bytes, length, 8);
    }
}

static inline void add_plain(struct bytes *bytes, const void *text,
                             size_t len) {
    add_length(bytes, len);
    add(bytes, text, len);
}

static inline void add_text(struct bytes *bytes, const char *text) {
    add_plain(bytes, text, strlen(text));
}

/* Adds a block as a string, and frees it. */
static inline void add_block(struct bytes *bytes, struct bytes block) {
    add_plain(bytes, block.at, block.len);
    free_bytes(&block);
}

static inline size_t count_of(const char *const *items) {
    size_t count = 0;
    while (items[count] != NULL)
        count++;
    return count;
}

/* Adds a length that counts things of so many items each, and the items. */
static inline void add_items(struct bytes *bytes, size_t each,
                             const char *const *items) {
    add_length(bytes, count_of(items) / each);
    for (; *items != NULL; items++)
        add_text(bytes, *items);
}

/* Blocks of small collections. */

static inline struct bytes listpack_of(const char *const *items) {
    struct bytes lp = {0};
    add_low(&lp, 0, 4);
    add_low(&lp, count_of(items), 2);
    for (; *items != NULL; items++) {
        uint8_t room[20000];
        struct slice text = slice_of(*items);
        struct listpack_element element = listpack_element(text);
        (void)listpack_write(room, &element);
        add(&lp, room, element.size);
    }
    add_byte(&lp, LISTPACK_END);
    set_low(&lp, 0, lp.len, 4);
    return lp;
}

static inline void add_ziplist_integer(struct bytes *zl, int64_t value) {
    if (value >= 0 && value <= 12) {
        add_byte(zl, 0xf1 + (unsigned)value);
    } else if (value >= INT8_MIN && value <= INT8_MAX) {
        add_byte(zl, 0xfe);
        add_low(zl, (uint64_t)value, 1);
    } else if (value >= INT16_MIN && value <= INT16_MAX) {
        add_byte(zl, 0xc0);
        add_low(zl, (uint64_t)value, 2);
    } else if (value >= -(1 << 23) && value < 1 << 23) {
        add_byte(zl, 0xf0);
        add_low(zl, (uint64_t)value, 3);
    } else if (value >= INT32_MIN && value <= INT32_MAX) {
        add_byte(zl, 0xd0);
        add_low(zl, (uint64_t)value, 4);
    } else {
        add_byte(zl, 0xe0);
        add_low(zl, (uint64_t)value, 8);
    }
}

static inline void add_ziplist_string(struct bytes *zl, const char *text) {
    size_t len = strlen(text);
    if (len < 64) {
        add_byte(zl, (unsigned)len);
    } else if (len < 16384) {
        add_high(zl, 0x4000 | len, 2);
    } else {
        add_byte(zl, 0x80);
        add_high(zl, len, 4);
    }
    add(zl, text, len);
}

static inline struct bytes ziplist_of(const char *const *items) {
    struct bytes zl = {0};
    size_t before = 0;
    add_low(&zl, 0, 8);
    add_low(&zl, count_of(items), 2);
    for (; *items != NULL; items++) {
        size_t at = zl.len;
        int64_t value;
        if (before < 254) {
            add_byte(&zl, (unsigned)before);
        } else {
            add_byte(&zl, 254);
            add_low(&zl, before, 4);
        }
        if (parse_i64(*items, strlen(*items), &value))
            add_ziplist_integer(&zl, value);
        else
            add_ziplist_string(&zl, *items);
        before = zl.len - at;
    }
    set_low(&zl, 4, zl.len - before, 4);
    add_byte(&zl, 0xff);
    set_low(&zl, 0, zl.len, 4);
    return zl;
}

/* Values have so many bytes unused behind them. */
static inline struct bytes zipmap_of(const char *const *items, size_t unused) {
    struct bytes zm = {0};
    add_byte(&zm, (unsigned)count_of(items) / 2);
    for (size_t i = 0; items[i] != NULL; i++) {
        size_t len = strlen(items[i]);
        if (len < 254) {
            add_byte(&zm, (unsigned)len);
        } else {
            add_byte(&zm, 254);
            add_low(&zm, len, 4);
        }
        if (i % 2 == 1)
            add_byte(&zm, (unsigned)unused);
        add(&zm, items[i], len);
        for (size_t j = 0; i % 2 == 1 && j < unused; j++)
            add_byte(&zm, '?');
    }
    add_byte(&zm, 0xff);
    return zm;
}

static inline struct bytes intset_of(const char *const *items, size_t width) {
    struct bytes ints = {0};
    add_low(&ints, width, 4);
    add_low(&ints, count_of(items), 4);
    for (; *items != NULL; items++)
        add_low(&ints, (uint64_t)strtoll(*items, NULL, 10), width);
    return ints;
}

/* Values as text. */

struct text {
    char *at;
    size_t len, room;
};

static inline void tell(struct text *text, const char *bytes, size_t len) {
    if (text->len + len + 1 > text->room) {
        text->room = 2 * (text->len + len + 1);
        text->at = realloc(text->at, text->room);
    }
    if (len > 0)
        memcpy(text->at + text->len, bytes, len);
    text->len += len;
    text->at[text->len] = '\0';
}

static inline void tell_word(struct text *text, const char *before,
                             struct slice word) {
    tell(text, before, strlen(before));
    tell(text, word.ptr, word.len);
}

static inline void tell_id(struct text *text, const char *before,
                           struct stream_id id) {
    char room[STREAM_ID_MAX_TEXT];
    tell_word(text, before, (struct slice){room, stream_id_format(room, id)});
}

static inline void tell_number(struct text *text, const char *before,
                               int64_t number) {
    char room[NUMBER_I64_MAX_TEXT];
    tell_word(text, before, (struct slice){room, format_i64(room, number)});
}

static inline void tell_list(struct text *text, struct list *list) {
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t count = 0, back = 0;
    struct list_cursor at = list_seek(list, 0);
    for (; at.place != NULL; list_next(&at, LIST_TAIL), count++)
        tell_word(text, " ", list_value(&at, scratch));
    CHECK_INT(count, list_len(list));
    at = list_seek(list, -1);
    for (; at.place != NULL; list_next(&at, LIST_HEAD))
        back++;
    CHECK_INT(back, count);
}

struct telling {
    struct text *text;
    const void *object;
    size_t count;
};

static inline void tell_member(void *context, struct slice member) {
    struct telling *telling = context;
    telling->count++;
    CHECK(set_has(telling->object, member));
    tell_word(telling->text, " ", member);
}

static inline void tell_set(struct text *text, const struct set *set) {
    struct telling telling = {text, set, 0};
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, tell_member, &telling);
    while (cursor != 0);
    CHECK_INT(telling.count, set_size(set));
}

static inline void tell_field(void *context, struct slice field,
                              struct slice value) {
    struct telling *telling = context;
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice found = {0};
    telling->count++;
    CHECK(hash_get(telling->object, field, &found, scratch));
    CHECK(slice_equal(found, value));
    tell_word(telling->text, " ", field);
    tell_word(telling->text, "=", value);
}

static inline void tell_hash(struct text *text, const struct hash *hash) {
    struct telling telling = {text, hash, 0};
    uint64_t cursor = 0;
    do
        cursor = hash_scan(hash, cursor, tell_field, &telling);
    while (cursor != 0);
    CHECK_INT(telling.count, hash_size(hash));
}

static inline void tell_zset(struct text *text, const struct zset *zset) {
    char scratch[NUMBER_I64_MAX_TEXT], number[SCORE_MAX_TEXT];
    struct zset_cursor at = zset_seek(zset, 0);
    for (size_t i = 0; i < zset_count(zset); i++, zset_next(&at, false)) {
        size_t rank = 0;
        double score = 0, due = zset_score_at(&at);
        struct slice member = zset_member(&at, scratch);
        CHECK(zset_rank(zset, member, &rank, &score));
        CHECK_INT(rank, i);
        CHECK(score == due);
        tell_word(text, " ", member);
        tell_word(text, "=",
                  (struct slice){number, score_format(number, score)});
    }
}

static inline void tell_group(struct text *text,
                              const struct stream_group *group) {
    const struct stream_pending *pending;
    size_t owned = 0;
    tell_word(text, " group:", group->name.text);
    tell_id(text, "@", group->last_id);
    tell_number(text, "+", group->entries_read);
    struct stream_place place = {0, 0};
    while ((pending = stream_index_item(&group->pending, place)) != NULL) {
        tell_id(text, " pending:", pending->id);
        tell_number(text, "@", pending->delivered_ms);
        tell_number(text, "x", (int64_t)pending->deliveries);
        tell_word(text, "=", pending->consumer->name.text);
        stream_index_next(&group->pending, &place);
    }
    const struct stream_consumer *consumer = NULL;
    while ((consumer = stream_names_next(&group->consumers, consumer)) !=
           NULL) {
        tell_word(text, " consumer:", consumer->name.text);
        tell_number(text, "@", consumer->seen_ms);
        tell_number(text, "/", consumer->active_ms);
        owned += consumer->pending.count;
    }
    CHECK_INT(owned, group->pending.count);
}

static inline void tell_stream(struct text *text, const struct stream *stream) {
    char scratch[2][NUMBER_I64_MAX_TEXT];
    struct stream_range range;
    uint8_t *field, *value;
    uint64_t count = 0, back = 0;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST, false);
    for (; stream_range_next(&range); count++) {
        tell_id(text, " ", range.entry.id);
        while (stream_entry_pair(&range.entry, &field, &value)) {
            tell_word(text, ",", listpack_text(field, scratch[0]));
            tell_word(text, "=", listpack_text(value, scratch[1]));
        }
    }
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST, true);
    for (; stream_range_next(&range); back++)
        CHECK(stream_has(stream, range.entry.id));
    CHECK_INT(count, stream->length);
    CHECK_INT(back, count);
    tell_id(text, " last:", stream->last_id);
    tell_id(text, " first:", stream->first_id);
    tell_id(text, " deleted:", stream->max_deleted_id);
    tell_number(text, " added:", (int64_t)stream->entries_added);
    const struct stream_group *group = NULL;
    while ((group = stream_names_next(&stream->groups, group)) != NULL)
        tell_group(text, group);
}

/* The encoding, a colon, and what is in it; all of that is asked for again in
 * the ways in which commands do. */
static inline struct text text_of(const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct text text = {0};
    const char *encoding = entry_encoding(entry);
    tell(&text, encoding, strlen(encoding));
    tell(&text, ":", 1);
    switch (entry_type(entry)) {
    case TYPE_LIST: tell_list(&text, entry_object(entry)); break;
    case TYPE_SET: tell_set(&text, entry_object(entry)); break;
    case TYPE_HASH: tell_hash(&text, entry_object(entry)); break;
    case TYPE_ZSET: tell_zset(&text, entry_object(entry)); break;
    case TYPE_STREAM: tell_stream(&text, entry_object(entry)); break;
    default: tell_word(&text, " ", entry_value(entry, scratch));
    }
    return text;
}

/* Reading. */

static struct heap heap;
static uint64_t state = 8;

/* Reads a value from exactly these bytes, so that a byte too many is seen. */
static inline struct entry *read_value(unsigned type, const uint8_t *bytes,
                                       size_t len, struct rdb_reader *reader) {
    uint8_t *exact = malloc(len);
    if (len > 0)
        memcpy(exact, bytes, len);
    rdb_reader_init(reader, exact, len);
    struct entry *entry =
        rdb_read_value(reader, type, &heap, (struct slice){"key", 3});
    CHECK(reader->at <= len);
    free(exact);
    if (entry == NULL && reader->wrong) {
        CHECK(reader->reason[0] != '\0');
        CHECK(reader->wrong_at <= len);
    }
    return entry;
}

static inline void check_cuts(unsigned type, const struct bytes *bytes) {
    struct rdb_reader reader;
    for (size_t len = 0; len < bytes->len; len++) {
        CHECK(read_value(type, bytes->at, len, &reader) == NULL);
        CHECK(reader.wrong);
        CHECK_INT(heap.bytes, 0);
    }
}

/* A value may come out of other bytes, and is then a good one. */
static inline void check_changes(unsigned type, const struct bytes *bytes) {
    struct rdb_reader reader;
    for (size_t i = 0; i < bytes->len; i++) {
        uint8_t was = bytes->at[i];
        for (int turn = 0; turn < (bytes->len < 300 ? 40 : 4); turn++) {
            bytes->at[i] = (uint8_t)unit_random(&state);
            struct entry *entry =
                read_value(type, bytes->at, bytes->len, &reader);
            if (entry != NULL) {
                free(text_of(entry).at);
                entry_free(&heap, entry);
            }
            CHECK_INT(heap.bytes, 0);
        }
        bytes->at[i] = was;
    }
}

/* The value, as text; then all that is done to damage it. */
static inline void check(unsigned type, struct bytes *bytes, const char *due) {
    struct rdb_reader reader;
    struct entry *entry = read_value(type, bytes->at, bytes->len, &reader);
    if (entry == NULL) {
        printf("# type %u, byte %zu: %s\n", type, reader.wrong_at,
               reader.reason);
        CHECK(entry != NULL);
    } else {
        struct text text = text_of(entry);
        CHECK_TEXT(text.at, text.len, due);
        CHECK_INT(reader.at, bytes->len);
        free(text.at);
        entry_free(&heap, entry);
    }
    CHECK_INT(heap.bytes, 0);
    check_cuts(type, bytes);
    check_changes(type, bytes);
    free_bytes(bytes);
}

static inline void check_wrong(unsigned type, struct bytes *bytes, size_t at,
                               const char *reason) {
    struct rdb_reader reader;
    CHECK(read_value(type, bytes->at, bytes->len, &reader) == NULL);
    CHECK(reader.wrong);
    CHECK_INT(reader.wrong_at, at);
    CHECK_TEXT(reader.reason, strlen(reader.reason), reason);
    CHECK_INT(heap.bytes, 0);
    free_bytes(bytes);
}

/* The same of a value that is one block. */
static inline void check_block(unsigned type, struct bytes block,
                               const char *due) {
    struct bytes bytes = {0};
    add_block(&bytes, block);
    check(type, &bytes, due);
}

static inline void check_wrong_block(unsigned type, struct bytes block,
                                     const char *reason) {
    struct bytes bytes = {0};
    add_block(&bytes, block);
    check_wrong(type, &bytes, 0, reason);
}

#endif
