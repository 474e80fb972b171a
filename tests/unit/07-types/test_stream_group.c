/* Groups of a stream: who has what, against a table. */
#include "stream.h"
#include "stream_group.h"
#include "unit.h"

enum { IDS = 400, CONSUMERS = 5 };

static struct heap heap;
static struct stream *stream;
static int owners[IDS]; /* 0: not pending; else a consumer, from 1 on */

static struct slice consumer_name(int number) {
    static const char *const names[] = {"", "alice", "bob", "b", "carol", ""};
    return slice_of(names[number]);
}

static void check_group(const struct stream_group *group) {
    size_t each[CONSUMERS + 1] = {0}, pending = 0;
    for (int i = 0; i < IDS; i++) {
        struct stream_id id = {(uint64_t)i, 7};
        const struct stream_pending *item = stream_pending_find(group, id);
        if (!CHECK_INT(item != NULL, owners[i] != 0) || item == NULL)
            continue;
        struct slice name = consumer_name(owners[i]);
        CHECK_BYTES(item->consumer->name.text.ptr,
                    item->consumer->name.text.len, name.ptr, name.len);
        CHECK(stream_index_find(&item->consumer->pending, id) != NULL);
        each[owners[i]]++;
        pending++;
    }
    CHECK_INT(group->pending.count, pending);
    for (int i = 1; i <= CONSUMERS; i++) {
        const struct stream_consumer *consumer =
            stream_consumer_find(group, consumer_name(i));
        CHECK_INT(consumer ? consumer->pending.count : 0, each[i]);
    }
}

static void step(struct stream_group *group, uint64_t *seed) {
    int i = (int)unit_random_below(seed, IDS);
    int who = (int)unit_random_below(seed, CONSUMERS) + 1;
    struct stream_id id = {(uint64_t)i, 7};
    struct slice name = consumer_name(who);
    struct stream_consumer *consumer = stream_consumer_find(group, name);
    if (unit_random_below(seed, 300) == 0 && consumer != NULL) {
        stream_consumer_remove(&heap, group, consumer);
        for (int j = 0; j < IDS; j++)
            if (owners[j] == who)
                owners[j] = 0;
    } else if (unit_random_below(seed, 3) == 0) {
        CHECK_INT(stream_pending_remove(&heap, group, id), owners[i] != 0);
        owners[i] = 0;
    } else {
        if (consumer == NULL)
            consumer = stream_consumer_add(&heap, group, name, 5);
        struct stream_pending *item =
            stream_pending_give(&heap, group, id, consumer);
        CHECK_INT(item->deliveries, owners[i] != 0);
        item->deliveries = 1;
        owners[i] = who;
    }
}

static void test_pending(void) {
    uint64_t seed = 3;
    struct heap other = {0};
    stream = stream_new(&heap);
    memset(owners, 0, sizeof owners);
    struct stream_group *group = stream_group_add(
        &heap, &stream->groups, slice_of("mail"), STREAM_ID_LEAST, -1);
    for (int i = 0; i < 5000; i++) {
        step(group, &seed);
        if (i % 100 == 0)
            check_group(group);
    }
    struct stream *copy = stream_copy(&other, stream);
    check_group(stream_group_find(&copy->groups, slice_of("mail")));
    stream_free(&other, copy);
    CHECK_INT(other.bytes, 0);
    CHECK_INT(stream_memory(stream), heap.bytes);
    check_group(group);
    stream_group_remove(&heap, &stream->groups, group);
    CHECK(stream_group_find(&stream->groups, slice_of("mail")) == NULL);
    stream_free(&heap, stream);
    CHECK_INT(heap.bytes, 0);
}

/* Groups stand in the order of their names. */
static void test_names(void) {
    static const char *const names[] = {"b", "a", "", "ab", "aa"};
    static const char *const sorted[] = {"", "a", "aa", "ab", "b"};
    stream = stream_new(&heap);
    for (int i = 0; i < 5; i++)
        (void)stream_group_add(&heap, &stream->groups, slice_of(names[i]),
                               STREAM_ID_LEAST, -1);
    CHECK_INT(stream->groups.used, 5);
    const struct stream_group *group = NULL;
    for (int i = 0; i < 5; i++) {
        group = stream_names_next(&stream->groups, group);
        CHECK_TEXT(group->name.text.ptr, group->name.text.len, sorted[i]);
        CHECK(stream_group_find(&stream->groups, slice_of(sorted[i])) == group);
    }
    CHECK(stream_names_next(&stream->groups, group) == NULL);
    CHECK(stream_names_last(&stream->groups) == group);
    stream_group_remove(&heap, &stream->groups,
                        stream_group_find(&stream->groups, slice_of("aa")));
    CHECK(stream_group_find(&stream->groups, slice_of("aa")) == NULL);
    CHECK(stream_group_find(&stream->groups, slice_of("ab")) != NULL);
    stream_free(&heap, stream);
    CHECK_INT(heap.bytes, 0);
}

static struct slice number_name(char room[9], uint32_t number) {
    return (struct slice){room, (uint32_t)snprintf(room, 9, "%08x", number)};
}

/* Any order in which consumers come and go takes them to their places at once:
 * moving all others for each would take minutes here. */
static void test_many_names(void) {
    enum { MANY = 600000 };
    char room[9];
    stream = stream_new(&heap);
    struct stream_group *group = stream_group_add(
        &heap, &stream->groups, slice_of("g"), STREAM_ID_LEAST, -1);
    for (uint32_t i = MANY; i-- > 0;)
        (void)stream_consumer_add(&heap, group, number_name(room, i), 0);
    const struct stream_consumer *consumer = NULL;
    for (uint32_t i = 0; i < MANY; i++) {
        consumer = stream_names_next(&group->consumers, consumer);
        if (!slice_equal(consumer->name.text, number_name(room, i)))
            break;
    }
    CHECK(consumer == stream_names_last(&group->consumers));
    for (uint32_t i = 0; i < MANY; i++)
        stream_consumer_remove(
            &heap, group, stream_consumer_find(group, number_name(room, i)));
    CHECK_INT(group->consumers.used, 0);
    CHECK(group->consumers.root == NULL);
    stream_free(&heap, stream);
    CHECK_INT(heap.bytes, 0);
}

static void add_entry(uint64_t ms) {
    struct slice pair[] = {slice_of("field"), slice_of("value")};
    stream_append(&heap, stream, (struct stream_id){ms, 0}, pair, 1);
}

/* How far a group is behind, with entries deleted ahead of it. */
static void test_lag(void) {
    int64_t lag;
    stream = stream_new(&heap);
    for (uint64_t i = 1; i <= 10; i++)
        add_entry(i);
    struct stream_group *group = stream_group_add(
        &heap, &stream->groups, slice_of("g"), STREAM_ID_LEAST, -1);
    CHECK(stream_lag(stream, group, &lag));
    CHECK_INT(lag, 10);
    stream_advance(stream, group, (struct stream_id){1, 0});
    CHECK_INT(group->entries_read, 1);
    CHECK(stream_lag(stream, group, &lag));
    CHECK_INT(lag, 9);
    CHECK(stream_delete(&heap, stream, (struct stream_id){5, 0}));
    CHECK(!stream_lag(stream, group, &lag));
    stream_advance(stream, group, (struct stream_id){2, 0});
    CHECK_INT(group->entries_read, -1);
    for (uint64_t i = 3; i <= 10; i++)
        if (i != 5)
            stream_advance(stream, group, (struct stream_id){i, 0});
    CHECK_INT(group->entries_read, 10);
    CHECK(stream_lag(stream, group, &lag));
    CHECK_INT(lag, 0);
    stream_free(&heap, stream);
    CHECK_INT(heap.bytes, 0);
}

/* A client may say that a group has read as many entries as there can be. One
 * more would not fit, and an RDB with a negative number could not be read. */
static void test_most_read(void) {
    stream = stream_new(&heap);
    add_entry(1);
    struct stream_group *group = stream_group_add(
        &heap, &stream->groups, slice_of("g"), STREAM_ID_LEAST, INT64_MAX);
    stream_advance(stream, group, (struct stream_id){1, 0});
    CHECK_INT(group->entries_read, INT64_MAX);
    stream_free(&heap, stream);
    CHECK_INT(heap.bytes, 0);
}

int main(void) {
    unit_test("what is pending against a table", test_pending);
    unit_test("groups by name", test_names);
    unit_test("many consumers in any order", test_many_names);
    unit_test("the lag of a group", test_lag);
    unit_test("a group that has read all there can be", test_most_read);
    return unit_end();
}
