/* Streams of an RDB, in all three forms: read, cut at each byte, and with each
 * byte changed; and all that can be inconsistent in them. */
#include "string_hash.h"
#include "test_rdb_read.h"

/* A stream that is put together; what is to be wrong in it is changed before
 * that. */
struct sample {
    unsigned type;
    struct stream_id first[2];
    const char *const *blocks[2];
    size_t block_count;
    uint64_t length, added;
    struct stream_id last, deleted;
    /* A group: what is pending for it, and for its consumers. */
    const char *group;
    uint64_t read;
    struct stream_id pending[3];
    size_t pending_count;
    const char *consumers[2];
    size_t consumer_count;
    struct stream_id owned[2][3];
    size_t owned_count[2];
    uint64_t seen;
};

#define ITEMS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Two entries with the master's fields, one deleted, one with its own. */
#define BLOCK_1                                                         \
    ITEMS("3", "1", "2", "f", "g", "0",            /* */                \
          "2", "0", "0", "1", "2", "5",            /* 100-5 */          \
          "3", "1", "-5", "3", "4", "5",           /* 101-0, deleted */ \
          "2", "1", "3", "5", "x", "5",            /* 101-8 */          \
          "0", "7", "0", "1", "own", "value", "6") /* 107-5 */
#define BLOCK_2 ITEMS("1", "0", "1", "n", "0", "2", "0", "0", "9", "4")

static const struct sample whole = {
    .type = RDB_STREAM_2,
    .first = {{100, 5}, {200, 0}},
    .blocks = {BLOCK_1, BLOCK_2},
    .block_count = 2,
    .length = 4,
    .added = 9,
    .last = {300, 1},
    .deleted = {101, 0},
    .group = "mail",
    .read = 3,
    .pending = {{100, 5}, {101, 0}, {200, 0}},
    .pending_count = 3,
    .consumers = {"alice", "bob"},
    .consumer_count = 2,
    .owned = {{{100, 5}, {200, 0}}, {{101, 0}}},
    .owned_count = {2, 1},
    .seen = 1700000000000,
};

#define ENTRIES                                                     \
    "stream: 100-5,f=1,g=2 101-8,f=5,g=x 107-5,own=value 200-0,n=9" \
    " last:300-1 first:100-5"
#define PENDING                            \
    " pending:100-5@1600000000000x1=alice" \
    " pending:101-0@1600000000000x2=bob"   \
    " pending:200-0@1600000000000x3=alice"

static void add_id(struct bytes *bytes, struct stream_id id) {
    add_length(bytes, id.ms);
    add_length(bytes, id.seq);
}

static void add_raw_id(struct bytes *bytes, struct stream_id id) {
    add_high(bytes, id.ms, 8);
    add_high(bytes, id.seq, 8);
}

static void add_consumer(struct bytes *bytes, const struct sample *sample,
                         size_t number) {
    add_text(bytes, sample->consumers[number]);
    add_low(bytes, sample->seen, 8);
    if (sample->type == RDB_STREAM_3)
        add_low(bytes, number == 0 ? sample->seen + 5 : UINT64_MAX, 8);
    add_length(bytes, sample->owned_count[number]);
    for (size_t i = 0; i < sample->owned_count[number]; i++)
        add_raw_id(bytes, sample->owned[number][i]);
}

static void add_group(struct bytes *bytes, const struct sample *sample) {
    add_text(bytes, sample->group);
    add_id(bytes, (struct stream_id){200, 0});
    if (sample->type != RDB_STREAM)
        add_length(bytes, sample->read);
    add_length(bytes, sample->pending_count);
    for (size_t i = 0; i < sample->pending_count; i++) {
        add_raw_id(bytes, sample->pending[i]);
        add_low(bytes, 1600000000000, 8);
        add_length(bytes, i + 1);
    }
    add_length(bytes, sample->consumer_count);
    for (size_t i = 0; i < sample->consumer_count; i++)
        add_consumer(bytes, sample, i);
}

static struct bytes bytes_of(const struct sample *sample) {
    struct bytes bytes = {0};
    add_length(&bytes, sample->block_count);
    for (size_t i = 0; i < sample->block_count; i++) {
        struct bytes block = listpack_of(sample->blocks[i]);
        add_length(&bytes, 16);
        add_raw_id(&bytes, sample->first[i]);
        add_block(&bytes, block);
    }
    add_length(&bytes, sample->length);
    add_id(&bytes, sample->last);
    if (sample->type != RDB_STREAM) {
        add_id(&bytes, sample->first[0]);
        add_id(&bytes, sample->deleted);
        add_length(&bytes, sample->added);
    }
    add_length(&bytes, sample->group != NULL);
    if (sample->group != NULL)
        add_group(&bytes, sample);
    return bytes;
}

static void check_sample(const struct sample *sample, const char *due) {
    struct bytes bytes = bytes_of(sample);
    check(sample->type, &bytes, due);
}

/* Only the reason: offsets are told by the reader, as in all other values. */
static void check_reason(const struct sample *sample, const char *reason) {
    struct rdb_reader reader;
    struct bytes bytes = bytes_of(sample);
    CHECK(read_value(sample->type, bytes.at, bytes.len, &reader) == NULL);
    CHECK_TEXT(reader.reason, strlen(reader.reason), reason);
    CHECK_INT(heap.bytes, 0);
    free_bytes(&bytes);
}

static void test_forms(void) {
    struct sample sample = whole;
    check_sample(&sample,
                 ENTRIES " deleted:101-0 added:9 group:mail@200-0+3" PENDING
                         " consumer:alice@1700000000000/1700000000000"
                         " consumer:bob@1700000000000/1700000000000");
    sample.type = RDB_STREAM_3;
    check_sample(&sample,
                 ENTRIES " deleted:101-0 added:9 group:mail@200-0+3" PENDING
                         " consumer:alice@1700000000000/1700000000005"
                         " consumer:bob@1700000000000/-1");
    sample.type = RDB_STREAM;
    check_sample(&sample,
                 ENTRIES " deleted:0-0 added:4 group:mail@200-0+-1" PENDING
                         " consumer:alice@1700000000000/1700000000000"
                         " consumer:bob@1700000000000/1700000000000");
}

static void test_empty(void) {
    struct sample sample = {
        .type = RDB_STREAM_2, .added = 7, .last = {5, 1}, .deleted = {5, 1}};
    check_sample(&sample, "stream: last:5-1 first:0-0 deleted:5-1 added:7");
    sample.group = "g";
    sample.read = UINT64_MAX;
    check_sample(&sample, "stream: last:5-1 first:0-0 deleted:5-1 added:7"
                          " group:g@200-0+-1");
    /* A block all of whose entries were deleted is none. */
    sample.group = NULL;
    sample.first[0] = (struct stream_id){5, 0};
    sample.blocks[0] = ITEMS("0", "1", "1", "n", "0", "3", "0", "0", "9", "4");
    sample.block_count = 1;
    check_sample(&sample, "stream: last:5-1 first:0-0 deleted:5-1 added:7");
}

/* XSETID may have gone back below a deleted entry: here 6-0, after 5-0. */
static void test_set_back(void) {
    struct sample sample = {.type = RDB_STREAM_2,
                            .first = {{5, 0}},
                            .block_count = 1,
                            .length = 1,
                            .added = 7,
                            .last = {5, 1},
                            .deleted = {5, 1}};
    sample.blocks[0] = ITEMS("1", "1", "1", "n", "0", "2", "0", "0", "9", "4",
                             "3", "1", "0", "9", "4");
    check_sample(&sample,
                 "stream: 5-0,n=9 last:5-1 first:5-0 deleted:5-1 added:7");
    sample.last = (struct stream_id){4, 0};
    check_reason(&sample, "an entry has an ID above the last");
}

static void test_wrong_numbers(void) {
    struct sample sample = whole;
    sample.length = 5;
    check_reason(&sample, "a stream of 5 entries has 4");
    sample = whole;
    sample.added = 3;
    check_reason(&sample, "more entries are there than were added");
    sample = whole;
    sample.last = (struct stream_id){199, 0};
    check_reason(&sample, "an entry has an ID above the last");
    sample = whole;
    sample.first[1] = (struct stream_id){107, 5};
    check_reason(&sample, "the blocks are not in the order of their IDs");
    sample = whole;
    sample.read = UINT64_MAX - 1;
    check_reason(&sample, "a group has read -2 entries");
    sample = whole;
    sample.seen = UINT64_MAX;
    check_reason(&sample, "there is no such time");
}

/* In a file a length that is not that of the entries is put right. */
static void check_mended(struct sample sample, uint64_t length, uint64_t added,
                         const char *due) {
    struct rdb_reader reader;
    sample.length = length;
    sample.added = added;
    struct bytes bytes = bytes_of(&sample);
    rdb_reader_init(&reader, bytes.at, bytes.len);
    reader.mends = true;
    struct entry *entry =
        rdb_read_value(&reader, sample.type, &heap, (struct slice){"key", 3});
    CHECK_TEXT(reader.reason, strlen(reader.reason), "");
    CHECK_INT(reader.mended, length != 4);
    if (CHECK(entry != NULL)) {
        struct text text = text_of(entry);
        CHECK_TEXT(text.at, text.len, due);
        free(text.at);
        const struct stream *stream = entry_object(entry);
        CHECK_INT(stream->length, 4);
        entry_free(&heap, entry);
    }
    free_bytes(&bytes);
}

static void test_mended(void) {
    struct sample sample = whole;
    sample.group = NULL;
    check_mended(sample, 4, 9, ENTRIES " deleted:101-0 added:9");
    check_mended(sample, 5, 9, ENTRIES " deleted:101-0 added:9");
    check_mended(sample, 0, 9, ENTRIES " deleted:101-0 added:9");
    check_mended(sample, 3, 3, ENTRIES " deleted:101-0 added:4");
    check_mended(sample, UINT64_MAX, 9, ENTRIES " deleted:101-0 added:9");
    sample.type = RDB_STREAM;
    check_mended(sample, 7, 0, ENTRIES " deleted:0-0 added:4");
}

static void test_wrong_pending(void) {
    struct sample sample = whole;
    sample.pending[1] = sample.pending[0];
    check_reason(&sample, "an entry is pending twice");
    sample = whole;
    sample.owned[1][0] = (struct stream_id){101, 8};
    check_reason(&sample, "what a consumer has pending, its group has not");
    sample = whole;
    sample.owned[1][0] = (struct stream_id){100, 5};
    check_reason(&sample, "an entry is pending for two consumers");
    sample = whole;
    sample.owned[0][1] = sample.owned[0][0];
    check_reason(&sample, "an entry is pending for two consumers");
    sample = whole;
    sample.owned_count[1] = 0;
    check_reason(&sample, "an entry is pending for nobody");
    sample = whole;
    sample.consumers[1] = "alice";
    check_reason(&sample, "a group or a consumer is there twice");
}

static void check_no_block(const struct sample *sample) {
    struct bytes block = listpack_of(sample->blocks[1]);
    char reason[80];
    snprintf(reason, sizeof reason, "these %zu bytes are no block of a stream",
             block.len);
    check_reason(sample, reason);
    free_bytes(&block);
}

/* Each of these is a listpack, and no block. */
static void test_wrong_blocks(void) {
    const char *const *blocks[] = {
        (const char *const[]){NULL},
        ITEMS("1"),
        ITEMS("1", "0", "x", "n", "0", "2", "0", "0", "9", "4"),
        ITEMS("1", "0", "-1", "n", "0", "2", "0", "0", "9", "4"),
        ITEMS("1", "0", "7", "n", "0", "2", "0", "0", "9", "4"),
        ITEMS("1", "0", "1", "n", "1", "2", "0", "0", "9", "4"),
        ITEMS("1", "0", "1", "n", "0", "4", "0", "0", "9", "4"),
        ITEMS("1", "0", "1", "n", "0", "1000", "0", "0", "9", "4"),
        ITEMS("1", "0", "1", "n", "0", "2", "0", "s", "9", "4"),
        ITEMS("1", "0", "1", "n", "0", "2", "0", "0", "9", "5"),
        ITEMS("1", "0", "1", "n", "0", "2", "0", "0", "9"),
        ITEMS("1", "0", "1", "n", "0", "2", "0", "0"),
        ITEMS("1", "0", "1", "n", "0", "0", "0", "0", "9223372036854775807",
              "a", "9"),
        ITEMS("1", "0", "9223372036854775807", "n", "0"),
        /* Other counts than it says. */
        ITEMS("2", "0", "1", "n", "0", "2", "0", "0", "9", "4"),
        ITEMS("1", "0", "1", "n", "0", "3", "0", "0", "9", "4"),
        /* IDs that do not grow. */
        ITEMS("2", "0", "1", "n", "0", "2", "0", "0", "9", "4", "2", "0", "0",
              "9", "4"),
        ITEMS("1", "0", "1", "n", "0", "2", "-1", "0", "9", "4"),
    };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct sample sample = whole;
        sample.blocks[1] = blocks[i];
        check_no_block(&sample);
    }
}

static void add_group_named(struct bytes *bytes, uint32_t number) {
    add_length(bytes, 4);
    add_high(bytes, number, 4);
    add_id(bytes, STREAM_ID_LEAST);
    add_length(bytes, 0); /* entries read */
    add_length(bytes, 0); /* pending */
    add_length(bytes, 0); /* consumers */
}

static struct entry *read_groups(uint32_t count, bool backwards,
                                 struct rdb_reader *reader) {
    struct bytes bytes = {0};
    add_length(&bytes, 0);
    add_length(&bytes, 0);
    for (size_t i = 0; i < 3; i++)
        add_id(&bytes, STREAM_ID_LEAST);
    add_length(&bytes, 0);
    add_length(&bytes, count);
    for (uint32_t i = 0; i < count; i++)
        add_group_named(&bytes, backwards ? count - i : i);
    struct entry *entry = read_value(RDB_STREAM_2, bytes.at, bytes.len, reader);
    free_bytes(&bytes);
    return entry;
}

/* Groups may come in another order than Redis has them in. */
static void test_many_groups(void) {
    struct rdb_reader reader;
    struct entry *entry = read_groups(20000, false, &reader);
    CHECK(entry != NULL);
    if (entry != NULL) {
        const struct stream *stream = entry_object(entry);
        CHECK_INT(stream->groups.used, 20000);
        entry_free(&heap, entry);
    }
    entry = read_groups(20000, true, &reader);
    CHECK(entry != NULL);
    if (entry != NULL)
        entry_free(&heap, entry);
}

int main(void) {
    string_hash_start();
    unit_test("streams in all forms", test_forms);
    unit_test("streams without entries", test_empty);
    unit_test("a stream whose last ID was set back", test_set_back);
    unit_test("streams whose numbers are wrong", test_wrong_numbers);
    unit_test("streams of a file whose length is wrong", test_mended);
    unit_test("what is pending for nobody or for two", test_wrong_pending);
    unit_test("blocks that are wrong", test_wrong_blocks);
    unit_test("many groups, in order and backwards", test_many_groups);
    return unit_end();
}
