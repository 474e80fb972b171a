/* Blocks from outside: what is taken for one is safe to use, whatever it is. */
#include <stdlib.h>

#include "limits.h"
#include "stream.h"
#include "stream_block_valid.h"
#include "unit.h"

enum { TEXT = 24, PAIRS = 3 };

static struct heap heap;
static uint64_t seed = 5;
static size_t taken; /* of the bytes that were changed */

static uint64_t below(uint64_t limit) {
    return unit_random_below(&seed, limit);
}

static bool valid(const struct stream_node *node) {
    const uint8_t *lp = node->block->lp;
    return stream_block_valid(lp, listpack_bytes(lp), node->first);
}

static struct stream_node *only_node(const struct stream *stream) {
    return stream_index_item(&stream->blocks, (struct stream_place){0, 0});
}

static void append(struct stream *stream) {
    static char texts[PAIRS * 2][TEXT + 1];
    struct slice pairs[PAIRS * 2];
    size_t count = 1 + below(PAIRS);
    bool plain = below(3) > 0;
    for (size_t i = 0; i < count * 2; i++) {
        size_t len;
        if (plain && i % 2 == 0)
            len = (size_t)snprintf(texts[i], TEXT, "f%zu", i);
        else if (below(2) == 0)
            len =
                (size_t)snprintf(texts[i], TEXT, "%d", (int)below(70000) - 300);
        else
            memset(texts[i], 'x', len = below(TEXT));
        pairs[i] = (struct slice){texts[i], len};
    }
    struct stream_id id = stream->last_id;
    if (id.ms < UINT64_MAX - 300 && below(3) == 0)
        id = (struct stream_id){id.ms + 1 + below(300), below(10)};
    else if (!stream_id_next(&id))
        return;
    stream_append(&heap, stream, id, pairs, count);
}

static void delete_some(struct stream *stream) {
    struct stream_range range;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST,
                       below(2) == 0);
    for (uint64_t steps = 1 + below(8); steps > 0; steps--)
        if (!stream_range_next(&range))
            return;
    if (stream->length > 1)
        CHECK(stream_delete(&heap, stream, range.entry.id));
}

/* A stream of one block. */
static struct stream *some_stream(void) {
    struct stream *stream = stream_new(&heap);
    stream->last_id = (struct stream_id){below(2) * 1000000, below(3)};
    for (uint64_t i = 2 + below(12); i > 0; i--)
        append(stream);
    for (uint64_t i = below(4); i > 0; i--)
        delete_some(stream);
    return stream;
}

/* Reads all of it, in one direction, and counts the entries. */
static uint64_t read_all(const struct stream *stream, bool backwards) {
    struct stream_range range;
    uint8_t *field, *value;
    uint64_t count = 0;
    char scratch[NUMBER_I64_MAX_TEXT];
    volatile char sum = 0;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST,
                       backwards);
    for (; stream_range_next(&range); count++)
        while (stream_entry_pair(&range.entry, &field, &value)) {
            struct slice text = listpack_text(field, scratch);
            for (size_t i = 0; i < text.len; i++)
                sum = (char)(sum + text.ptr[i]);
            text = listpack_text(value, scratch);
            for (size_t i = 0; i < text.len; i++)
                sum = (char)(sum + text.ptr[i]);
        }
    return count;
}

/* A stream that has these bytes as its block. */
static struct stream *stream_of(const uint8_t *lp, struct stream_id first) {
    struct stream *stream = stream_new(&heap);
    struct stream_node *node = stream_index_add(&heap, &stream->blocks, first);
    node->block = stream_block_from(&heap, lp);
    struct stream_master master;
    stream_block_master(lp, &master);
    stream->length = (uint64_t)master.count;
    struct stream_entry entry = {.id = first};
    stream_entry_read(&master, first, stream_entry_before(lp, listpack_end(lp)),
                      &entry);
    stream->last_id = entry.id;
    return stream;
}

/* Walks, deletes, appends and trims: the block is one after each step. */
static void use(struct stream *stream) {
    CHECK_INT(read_all(stream, false), stream->length);
    CHECK_INT(read_all(stream, true), stream->length);
    for (int i = 0; i < 6 && only_node(stream) != NULL; i++) {
        below(2) == 0 ? append(stream) : delete_some(stream);
        if (only_node(stream) != NULL)
            CHECK(valid(only_node(stream)));
    }
    CHECK_INT(read_all(stream, false), stream->length);
    struct stream_trim trim = {.kind = STREAM_TRIM_ID,
                               .least = stream->last_id};
    if (below(2) == 0)
        trim = (struct stream_trim){.kind = STREAM_TRIM_LEN,
                                    .len = stream->length / 2};
    (void)stream_trim(&heap, stream, &trim);
    CHECK_INT(read_all(stream, true), stream->length);
}

static void test_own_blocks(void) {
    for (int i = 0; i < 1000; i++) {
        struct stream *stream = some_stream();
        CHECK(valid(only_node(stream)));
        stream_free(&heap, stream);
    }
    CHECK_INT(heap.bytes, 0);
}

/* The bytes lie in a piece of memory as long as they are, so that who reads
 * beyond them is seen. */
static void try_bytes(const uint8_t *bytes, size_t len,
                      struct stream_id first) {
    uint8_t *exact = malloc(len > 0 ? len : 1);
    if (len > 0)
        memcpy(exact, bytes, len);
    if (stream_block_valid(exact, len, first)) {
        struct stream *stream = stream_of(exact, first);
        use(stream);
        stream_free(&heap, stream);
        taken++;
    }
    free(exact);
}

/* Each byte of a block gets some other values. */
static void change_each(const struct stream_node *node) {
    size_t len = listpack_bytes(node->block->lp);
    uint8_t *bytes = malloc(len);
    memcpy(bytes, node->block->lp, len);
    for (size_t i = 0; i < len; i++) {
        uint8_t was = bytes[i];
        for (int values = 0; values < 6; values++) {
            bytes[i] = (uint8_t)(values < 2 ? was + 1u - 2u * (unsigned)values
                                            : below(256));
            try_bytes(bytes, len, node->first);
        }
        bytes[i] = was;
    }
    free(bytes);
}

static void test_changed_bytes(void) {
    taken = 0;
    for (int i = 0; i < 40; i++) {
        struct stream *stream = some_stream();
        change_each(only_node(stream));
        stream_free(&heap, stream);
    }
    /* A letter of a value that became another one is no harm. */
    CHECK(taken > 1000);
    CHECK_INT(heap.bytes, 0);
}

/* A part of it is none, even if its header says that it is shorter. */
static void test_cuts(void) {
    taken = 0;
    for (int i = 0; i < 60; i++) {
        struct stream *stream = some_stream();
        const struct stream_node *node = only_node(stream);
        size_t len = listpack_bytes(node->block->lp);
        uint8_t *bytes = malloc(len);
        memcpy(bytes, node->block->lp, len);
        for (size_t cut = 0; cut < len; cut++) {
            try_bytes(bytes, cut, node->first);
            if (cut < LISTPACK_EMPTY)
                continue;
            memcpy(bytes, node->block->lp, len);
            listpack_set_header(bytes, cut, LISTPACK_UNCOUNTED);
            bytes[cut - 1] = LISTPACK_END;
            try_bytes(bytes, cut, node->first);
            memcpy(bytes, node->block->lp, len);
        }
        free(bytes);
        stream_free(&heap, stream);
    }
    CHECK_INT(taken, 0);
    CHECK_INT(heap.bytes, 0);
}

/* The integers of a block of up to three entries. Returns how many. */
static size_t some_integers(int64_t *out) {
    size_t entries = below(4), used = 3, deleted = 0;
    size_t own = below(3);
    out[2] = (int64_t)own;
    used += own + 1;
    for (size_t i = 0; i < entries; i++) {
        size_t begin = used, flags = below(4), fields = below(3);
        deleted += flags & 1;
        out[used] = (int64_t)flags;
        out[used + 1] = (int64_t)i;
        used += 3;
        if (flags & 2)
            used += own;
        else {
            out[used] = (int64_t)fields;
            used += 1 + 2 * fields;
        }
        out[used] = (int64_t)(used - begin);
        used++;
    }
    out[0] = (int64_t)(entries - deleted);
    out[1] = (int64_t)deleted;
    return used;
}

/* One or two of the integers of a block are others, or are bytes. */
static void test_changed_integers(void) {
    static char letter[] = "x";
    uint8_t lp[512];
    taken = 0;
    for (int i = 0; i < 100000; i++) {
        int64_t integers[64] = {0};
        uint8_t *at = lp + LISTPACK_HEADER;
        size_t count = some_integers(integers);
        size_t bytes = below(4 * count);
        for (uint64_t n = 1 + below(2); n > 0; n--)
            integers[below(count)] = (int64_t)below(12) - 2;
        for (size_t j = 0; j < count; j++) {
            struct listpack_element element = listpack_integer(integers[j]);
            if (j == bytes)
                element = listpack_element((struct slice){letter, 1});
            at = listpack_write(at, &element);
        }
        *at++ = LISTPACK_END;
        listpack_set_header(lp, (size_t)(at - lp), count);
        try_bytes(lp, (size_t)(at - lp), (struct stream_id){below(2), 1});
    }
    CHECK(taken > 1000);
    CHECK_INT(heap.bytes, 0);
}

/* A block of these integers, with one of another width among them. */
static bool integers_valid(const int64_t *integers, size_t count,
                           struct stream_id first) {
    uint8_t lp[256], *at = lp + LISTPACK_HEADER;
    for (size_t i = 0; i < count; i++) {
        struct listpack_element element = listpack_integer(integers[i]);
        at = listpack_write(at, &element);
    }
    *at++ = LISTPACK_END;
    listpack_set_header(lp, (size_t)(at - lp), count);
    return stream_block_valid(lp, (size_t)(at - lp), first);
}

#define VALID(first, ...)                          \
    integers_valid((const int64_t[]){__VA_ARGS__}, \
                   sizeof(int64_t[]){__VA_ARGS__} / sizeof(int64_t), first)

static void test_numbers(void) {
    struct stream_id one = {1, 1}, zero = {0, 0};
    struct stream_id most = {UINT64_MAX, 5};
    /* count deleted fields field 0, flags ms seq value length */
    CHECK(VALID(one, 1, 0, 1, 7, 0, 2, 0, 0, 8, 4));
    CHECK(VALID(one, 0, 1, 1, 7, 0, 3, 0, 0, 8, 4));
    CHECK(VALID(one, 1, 0, 1, 7, 0, 0, 0, 0, 1, 9, 8, 6));
    CHECK(!VALID(one, 0, 0, 1, 7, 0));                /* no entry */
    CHECK(!VALID(one, 2, 0, 1, 7, 0, 2, 0, 0, 8, 4)); /* counts */
    CHECK(!VALID(one, 1, 1, 1, 7, 0, 2, 0, 0, 8, 4));
    CHECK(!VALID(one, 0, 0, 1, 7, 0, 3, 0, 0, 8, 4));
    CHECK(!VALID(one, 2, -1, 1, 7, 0, 2, 0, 0, 8, 4));
    CHECK(!VALID(one, 1, 0, -1, 7, 0, 2, 0, 0, 8, 4)); /* fields */
    CHECK(!VALID(one, 1, 0, INT64_MAX, 7, 0, 2, 0, 0, 8, 4));
    CHECK(!VALID(one, 1, 0, 2, 7, 0, 2, 0, 0, 8, 4));
    CHECK(!VALID(one, 1, 0, 1, 7, 0, 0, 0, 0, INT64_MAX, 9, 8, 6));
    CHECK(!VALID(one, 1, 0, 1, 7, 0, 0, 0, 0, -1, 9, 8, 6));
    CHECK(!VALID(one, 1, 0, 1, 7, 1, 2, 0, 0, 8, 4)); /* the 0 */
    CHECK(!VALID(one, 1, 0, 1, 7, 0, 6, 0, 0, 8, 4)); /* flags */
    CHECK(!VALID(one, 1, 0, 1, 7, 0, -2, 0, 0, 8, 4));
    CHECK(!VALID(one, 1, 0, 1, 7, 0, 2, 0, 0, 8, 3));  /* length */
    CHECK(!VALID(one, 1, 0, 1, 7, 0, 2, -1, 0, 8, 4)); /* IDs */
    CHECK(!VALID(one, 1, 0, 1, 7, 0, 2, 0, -1, 8, 4));
    CHECK(!VALID(zero, 1, 0, 1, 7, 0, 2, 0, 0, 8, 4));
    CHECK(VALID(zero, 1, 0, 1, 7, 0, 2, 0, -1, 8, 4));
    CHECK(VALID(one, 2, 0, 1, 7, 0, 2, 0, 0, 8, 4, 2, 1, -1, 8, 4));
    CHECK(!VALID(one, 2, 0, 1, 7, 0, 2, 0, 0, 8, 4, 2, 0, 0, 8, 4));
    CHECK(!VALID(most, 2, 0, 1, 7, 0, 2, 0, 0, 8, 4, 2, 1, 0, 8, 4));
}

static struct stream_id at(uint64_t ms, uint64_t seq) {
    return (struct stream_id){ms, seq};
}

static void append_at(struct stream *stream, struct stream_id id) {
    struct slice pair[2] = {{"field", 5}, {"value", 5}};
    stream_append(&heap, stream, id, pair, 1);
}

/* What a reader of a snapshot will demand of each block. */
static bool blocks_are_valid(const struct stream *stream) {
    struct stream_place place = {0, 0};
    const struct stream_node *node;
    while ((node = stream_index_item(&stream->blocks, place)) != NULL) {
        if (!valid(node))
            return false;
        stream_index_next(&stream->blocks, &place);
    }
    return true;
}

/* XSETID goes back below deleted entries: their IDs come again. */
static void test_set_back(void) {
    struct stream *stream = stream_new(&heap);
    for (uint64_t ms = 1; ms <= 250; ms++)
        append_at(stream, at(ms, 0));
    for (uint64_t ms = 2; ms <= 250; ms++)
        CHECK(stream_delete(&heap, stream, at(ms, 0)));
    CHECK(stream->length == 1 && stream->blocks.count == 1);
    stream_set_last(&heap, stream, at(60, 0));
    CHECK(blocks_are_valid(stream));
    append_at(stream, at(60, 1));
    append_at(stream, at(61, 0));
    CHECK(stream_has(stream, at(60, 1)) && stream_has(stream, at(61, 0)));
    CHECK(!stream_has(stream, at(60, 0)) && stream_has(stream, at(1, 0)));
    CHECK(blocks_are_valid(stream) && stream->length == 3);
    stream_free(&heap, stream);
    CHECK_INT(heap.bytes, 0);
}

/* The same where only deleted entries are left. */
static void test_set_far_back(void) {
    struct stream *stream = stream_new(&heap);
    for (uint64_t ms = 1; ms <= 3; ms++)
        append_at(stream, at(ms, 0));
    CHECK(stream_delete(&heap, stream, at(3, 0)));
    struct stream_trim trim = {.kind = STREAM_TRIM_ID, .least = at(3, 0)};
    CHECK_INT(stream_trim(&heap, stream, &trim), 2);
    CHECK(stream->length == 0 && stream->blocks.count == 1);
    stream_set_last(&heap, stream, at(0, 5));
    append_at(stream, at(0, 6));
    CHECK(stream_has(stream, at(0, 6)) && blocks_are_valid(stream));
    stream_free(&heap, stream);
    CHECK_INT(heap.bytes, 0);
}

int main(void) {
    unit_test("blocks that were made here are blocks", test_own_blocks);
    unit_test("blocks with a changed byte", test_changed_bytes);
    unit_test("blocks that are cut", test_cuts);
    unit_test("blocks with other numbers", test_changed_integers);
    unit_test("the numbers of a block", test_numbers);
    unit_test("a last ID below that of deleted entries", test_set_back);
    unit_test("a last ID below all entries", test_set_far_back);
    return unit_end();
}
