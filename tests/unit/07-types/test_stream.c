/* Streams against a plain array of entries. */
#include <stdlib.h>

#include "limits.h"
#include "listpack_walk.h"
#include "reaper.h"
#include "stream.h"
#include "stream_group.h"
#include "stream_tree.h"
#include "unit.h"

enum { MOST = 4000, TEXT = 80 };

/* An entry: fields and values, in turn. */
struct entry_model {
    struct stream_id id;
    size_t pairs;
    char texts[6][TEXT];
    size_t lens[6];
};

static struct heap heap;
static struct stream *stream;
static struct entry_model *model;
static size_t count;
static struct stream_id max_deleted;
static uint64_t seed = 11;

static uint64_t below(uint64_t limit) {
    return unit_random_below(&seed, limit);
}

static size_t some_text(char *out) {
    switch (below(4)) {
    case 0: return (size_t)snprintf(out, TEXT, "%d", (int)below(300) - 150);
    case 1: return (size_t)snprintf(out, TEXT, "field%d", (int)below(3));
    case 2: return (size_t)snprintf(out, TEXT, "%lld", (long long)below(~0u));
    default: memset(out, 'x', TEXT); return below(TEXT);
    }
}

static struct slice text_of(struct entry_model *entry, size_t i) {
    return (struct slice){entry->texts[i], entry->lens[i]};
}

static void append(void) {
    struct entry_model *entry = &model[count];
    struct slice pairs[6];
    entry->id = stream->last_id;
    if (below(3) == 0)
        entry->id = (struct stream_id){entry->id.ms + 1 + below(3), 0};
    else
        (void)stream_id_next(&entry->id);
    entry->pairs = 1 + below(3);
    bool plain = below(3) > 0;
    for (size_t i = 0; i < entry->pairs * 2; i++) {
        entry->lens[i] = some_text(entry->texts[i]);
        if (plain && i % 2 == 0)
            entry->lens[i] = (size_t)snprintf(entry->texts[i], TEXT, "f%zu", i);
        pairs[i] = text_of(entry, i);
    }
    stream_append(&heap, stream, entry->id, pairs, entry->pairs);
    count++;
}

static void model_drop(size_t first, size_t dropped) {
    count -= dropped;
    memmove(model + first, model + first + dropped,
            (count - first) * sizeof *model);
}

static void delete_one(void) {
    struct stream_id id = {below(stream->last_id.ms + 2), below(3)};
    if (count > 0 && below(4) > 0)
        id = model[below(count)].id;
    size_t at = 0;
    while (at < count && stream_id_compare(model[at].id, id) != 0)
        at++;
    CHECK_INT(stream_has(stream, id), at < count);
    CHECK_INT(stream_delete(&heap, stream, id), at < count);
    if (at == count)
        return;
    model_drop(at, 1);
    if (stream_id_compare(id, max_deleted) > 0)
        max_deleted = id;
}

static void trim(void) {
    struct stream_trim how = {.kind = STREAM_TRIM_LEN,
                              .len = count - below(count / 8 + 1),
                              .whole_blocks = below(2) == 0};
    size_t due = count - how.len;
    if (count > 0 && below(2) == 0) {
        due = below(count / 8 + 1);
        how.kind = STREAM_TRIM_ID;
        how.least = model[due].id;
    }
    uint64_t trimmed = stream_trim(&heap, stream, &how);
    CHECK(trimmed <= due);
    if (!how.whole_blocks)
        CHECK_INT(trimmed, due);
    model_drop(0, trimmed);
}

static void check_text(uint8_t *place, struct slice due) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice seen = listpack_text(place, scratch);
    CHECK_BYTES(seen.ptr, seen.len, due.ptr, due.len);
}

static void check_entry(struct stream_entry *seen, struct entry_model *due) {
    uint8_t *field, *value;
    CHECK_INT(stream_id_compare(seen->id, due->id), 0);
    CHECK_INT(seen->fields, due->pairs);
    for (size_t i = 0; stream_entry_pair(seen, &field, &value); i += 2) {
        check_text(field, text_of(due, i));
        check_text(value, text_of(due, i + 1));
    }
}

static void check_range(const struct stream *of, struct stream_id from,
                        struct stream_id to, bool backwards) {
    size_t first = 0, behind = count;
    while (first < count && stream_id_compare(model[first].id, from) < 0)
        first++;
    while (behind > first && stream_id_compare(model[behind - 1].id, to) > 0)
        behind--;
    struct stream_range range;
    stream_range_start(&range, of, from, to, backwards);
    while (stream_range_next(&range)) {
        if (!CHECK(first < behind))
            return;
        check_entry(&range.entry, &model[backwards ? --behind : first++]);
    }
    CHECK_INT(first, behind);
}

static void check_some_range(void) {
    struct stream_id a = {below(stream->last_id.ms + 2), below(4)};
    struct stream_id b = {a.ms + below(200), below(4)};
    check_range(stream, a, b, below(2) == 0);
}

static void check_all(const struct stream *of) {
    check_range(of, STREAM_ID_LEAST, STREAM_ID_MOST, false);
    check_range(of, STREAM_ID_LEAST, STREAM_ID_MOST, true);
    CHECK_INT(of->length, count);
    CHECK_INT(stream_id_compare(of->max_deleted_id, max_deleted), 0);
    struct stream_id none = STREAM_ID_LEAST;
    CHECK_INT(stream_id_compare(of->first_id, count ? model[0].id : none), 0);
    CHECK_INT(
        stream_id_compare(stream_top(of), count ? model[count - 1].id : none),
        0);
}

/* Each block is a listpack, and counts what it holds. */
static void check_blocks(void) {
    struct stream_place place = {0, 0};
    struct stream_node *node;
    uint64_t length = 0;
    while ((node = stream_index_item(&stream->blocks, place)) != NULL) {
        const uint8_t *lp = node->block->lp;
        struct stream_master master;
        CHECK(listpack_bytes(lp) <= node->block->room);
        CHECK(listpack_walks(lp));
        stream_block_master(lp, &master);
        int64_t entries = 0;
        struct stream_entry entry;
        for (uint8_t *at = master.entry; !listpack_at_end(at);
             at = stream_entry_behind(&entry), entries++)
            stream_entry_read(&master, node->first, at, &entry);
        CHECK_INT(entries, master.count + master.deleted);
        CHECK(master.count > 0);
        length += (uint64_t)master.count;
        stream_index_next(&stream->blocks, &place);
    }
    CHECK_INT(length, stream->length);
    /* The number of nodes that is kept is what counting gives now. */
    size_t nodes = stream_tree_nodes(stream);
    stream->tree_nodes = 0;
    CHECK_INT(stream_tree_nodes(stream), nodes);
}

static void begin(void) {
    stream = stream_new(&heap);
    model = calloc(MOST, sizeof *model);
    count = 0;
    max_deleted = STREAM_ID_LEAST;
}

static void end(void) {
    stream_free(&heap, stream);
    reaper_stop();
    CHECK_INT(heap.bytes, 0);
    free(model);
}

static void run(int steps) {
    begin();
    for (int i = 0; i < steps; i++) {
        uint64_t what = below(100);
        if (what < 60 && count < MOST)
            append();
        else if (what < 80)
            delete_one();
        else if (what < 81)
            trim();
        else
            check_some_range();
        if (i % 500 == 0) {
            check_all(stream);
            check_blocks();
        }
    }
    check_all(stream);
    check_blocks();
    end();
}

static void test_random(void) {
    run(8000);
}

static void test_small_blocks(void) {
    struct limits before = limits;
    limits.stream_node_max_entries = 3;
    run(600);
    limits = before;
}

/* The numbers in the master grow beyond one byte. */
static void test_large_blocks(void) {
    struct limits before = limits;
    limits.stream_node_max_entries = 0;
    limits.stream_node_max_bytes = 0;
    run(8000);
    limits = before;
}

static void test_copy(void) {
    struct heap other = {0};
    begin();
    for (int i = 0; i < 1000; i++)
        append();
    for (int i = 0; i < 100; i++)
        delete_one();
    void *copy = stream_copy(&other, stream);
    check_all(copy);
    stream_free(&other, copy);
    CHECK_INT(other.bytes, 0);
    check_all(stream);
    CHECK(stream_memory(stream) <= heap.bytes);
    end();
}

/* An empty block's worth of entries that went does not stay. */
static void test_emptied(void) {
    begin();
    for (int i = 0; i < 250; i++)
        append();
    while (count > 0) {
        CHECK(stream_delete(&heap, stream, model[count - 1].id));
        if (stream_id_compare(model[count - 1].id, max_deleted) > 0)
            max_deleted = model[count - 1].id;
        count--;
    }
    CHECK_INT(stream->blocks.count, 0);
    CHECK_INT(stream->entries_added, 250);
    check_all(stream);
    append();
    check_all(stream);
    end();
}

int main(void) {
    unit_test("a stream against an array", test_random);
    unit_test("the same in blocks of three", test_small_blocks);
    unit_test("the same in blocks without limits", test_large_blocks);
    unit_test("copies, and moves to another heap", test_copy);
    unit_test("a stream that is emptied", test_emptied);
    return unit_end();
}
