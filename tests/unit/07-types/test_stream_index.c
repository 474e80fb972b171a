/* The ordered index of streams against a sorted array. */
#include <stdlib.h>

#include "stream_index.h"
#include "unit.h"

enum { MOST = 3000 };

struct item {
    struct stream_id id;
    uint64_t number;
};

static struct heap heap;
static struct stream_index indexed;
static struct item model[MOST];
static size_t count;

/* How many items of the model are smaller. */
static size_t model_seek(struct stream_id id) {
    size_t at = 0;
    while (at < count && stream_id_compare(model[at].id, id) < 0)
        at++;
    return at;
}

static bool model_has(size_t at, struct stream_id id) {
    return at < count && stream_id_compare(model[at].id, id) == 0;
}

static void add(struct stream_id id, uint64_t number) {
    size_t at = model_seek(id);
    if (count == MOST || model_has(at, id))
        return;
    memmove(model + at + 1, model + at, (count - at) * sizeof *model);
    model[at] = (struct item){id, number};
    count++;
    struct item *item = stream_index_add(&heap, &indexed, id);
    CHECK_INT(item->number, 0);
    CHECK_INT(stream_id_compare(item->id, id), 0);
    item->number = number;
}

static void drop(struct stream_id id) {
    size_t at = model_seek(id);
    bool there = model_has(at, id);
    CHECK_INT(stream_index_remove(&heap, &indexed, id), there);
    if (!there)
        return;
    count--;
    memmove(model + at, model + at + 1, (count - at) * sizeof *model);
}

static void check_find(struct stream_id id) {
    size_t at = model_seek(id);
    struct item *item = stream_index_find(&indexed, id);
    if (CHECK_INT(item != NULL, model_has(at, id)) && item != NULL)
        CHECK_INT(item->number, model[at].number);
    item = stream_index_item(&indexed, stream_index_seek(&indexed, id));
    if (CHECK_INT(item != NULL, at < count) && item != NULL)
        CHECK_INT(item->number, model[at].number);
}

/* All of it, forwards and backwards. */
static void check_all(const struct stream_index *index) {
    CHECK_INT(index->count, count);
    struct stream_place place = {0, 0};
    struct item *item;
    size_t at = 0;
    for (; (item = stream_index_item(index, place)) != NULL; at++) {
        CHECK_INT(item->number, model[at].number);
        stream_index_next(index, &place);
    }
    CHECK_INT(at, count);
    while (stream_index_previous(index, &place)) {
        item = stream_index_item(index, place);
        CHECK_INT(item->number, model[--at].number);
    }
    CHECK_INT(at, 0);
    item = stream_index_last(index);
    if (CHECK_INT(item != NULL, count > 0) && item != NULL)
        CHECK_INT(item->number, model[count - 1].number);
}

static void end(void) {
    stream_index_free(&heap, &indexed);
    CHECK_INT(indexed.count, 0);
    CHECK_INT(heap.bytes, 0);
    count = 0;
}

static void test_empty(void) {
    stream_index_init(&indexed, sizeof(struct item));
    check_all(&indexed);
    check_find((struct stream_id){1, 1});
    drop((struct stream_id){1, 1});
    end();
}

/* IDs come at the end and go from the front. */
static void test_queue(void) {
    stream_index_init(&indexed, sizeof(struct item));
    uint64_t first = 1;
    for (uint64_t i = 1; i < 4000; i++) {
        add((struct stream_id){i, 0}, i);
        if (count > 300)
            drop((struct stream_id){first++, 0});
        check_find((struct stream_id){i - i % 200, 0});
    }
    check_all(&indexed);
    /* The leaves are full: nothing comes in between. */
    CHECK(stream_index_memory(&indexed) < 300 * sizeof(struct item) * 3 / 2);
    end();
}

static void test_random(void) {
    uint64_t seed = 7;
    stream_index_init(&indexed, sizeof(struct item));
    for (uint64_t i = 1; i < 60000; i++) {
        struct stream_id id = {unit_random_below(&seed, 50),
                               unit_random_below(&seed, 50)};
        /* It fills, and is emptied again. */
        uint64_t bias = i / 10000 % 2 == 0 ? 70 : 20;
        if (unit_random_below(&seed, 100) < bias)
            add(id, i);
        else
            drop(id);
        id.seq = unit_random_below(&seed, 50);
        check_find(id);
        if (i % 1000 == 0)
            check_all(&indexed);
    }
    end();
}

/* What is left of many items does not keep their memory. */
static void test_shrinks(void) {
    stream_index_init(&indexed, sizeof(struct item));
    for (uint64_t i = 1; i < 2500; i++)
        add((struct stream_id){i, 0}, i);
    for (uint64_t i = 1; i < 2500; i++)
        if (i % 50 != 0)
            drop((struct stream_id){i, 0});
    check_all(&indexed);
    CHECK(stream_index_memory(&indexed) < 10000);
    end();
}

static void test_copy(void) {
    struct heap other = {0};
    struct stream_index copy;
    stream_index_init(&indexed, sizeof(struct item));
    for (uint64_t i = 1; i < 1000; i++)
        add((struct stream_id){i * 7 % 1000, 0}, i);
    stream_index_copy(&other, &copy, &indexed);
    check_all(&copy);
    stream_index_free(&other, &copy);
    CHECK_INT(other.bytes, 0);
    end();
}

int main(void) {
    unit_test("an empty index has nothing", test_empty);
    unit_test("an index as a queue", test_queue);
    unit_test("an index against a sorted array", test_random);
    unit_test("an index gives memory back", test_shrinks);
    unit_test("a copy of an index", test_copy);
    return unit_end();
}
