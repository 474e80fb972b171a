/* A value of any type goes to another database by its address, with its
 * expiry. */
#include "entry_expiry.h"
#include "entry_object.h"
#include "hash.h"
#include "key_time.h"
#include "keyspace.h"
#include "list.h"
#include "reaper.h"
#include "set.h"
#include "stage_deaf.h"
#include "unit.h"
#include "zset.h"

enum { MEMBERS = 5000, EXPIRY_MS = 1000 };

static struct slice word(int i) {
    static char text[16];
    return (struct slice){text, (size_t)snprintf(text, sizeof text, "%d.", i)};
}

static void *make_list(struct heap *heap) {
    struct list *list = list_new(heap);
    for (int i = 0; i < MEMBERS; i++) {
        struct slice value = word(i);
        list_push(heap, &list, LIST_TAIL, &value, 1);
    }
    return list;
}

static void *make_hash(struct heap *heap) {
    struct hash *hash = hash_new(heap);
    for (int i = 0; i < MEMBERS; i++)
        (void)hash_set(heap, &hash, word(i), word(i));
    return hash;
}

static void *make_set(struct heap *heap) {
    struct set *set = set_new(heap);
    for (int i = 0; i < MEMBERS; i++)
        (void)set_add(heap, &set, word(i));
    return set;
}

static void *make_zset(struct heap *heap) {
    struct zset *zset = zset_new(heap);
    for (int i = 0; i < MEMBERS; i++)
        (void)zset_set(heap, &zset, word(i), i);
    return zset;
}

static size_t count_of(enum type type, const void *object) {
    switch (type) {
    case TYPE_LIST: return list_len(object);
    case TYPE_HASH: return hash_size(object);
    case TYPE_SET: return set_size(object);
    default: return zset_count(object);
    }
}

static void test_move(enum type type, void *(*make)(struct heap *heap)) {
    keyspace_start();
    struct heap *heap = keyspace_heap();
    struct slice name = {(char[]){"name"}, 4};
    struct key key = db_key(keyspace_db(0), name);
    void *object = make(heap);
    keyspace_add(&key, entry_new_object(heap, key.text, type, object));
    int64_t expiry = key_time_ms() + 1000 * EXPIRY_MS;
    db_set_expiry(&key, db_find(&key), expiry);
    size_t bytes = heap->bytes;
    struct key as = db_key(keyspace_db(3), name);
    keyspace_move(&key, &as);
    CHECK(keyspace_peek(&key) == NULL);
    const struct entry *entry = keyspace_peek(&as);
    CHECK(entry != NULL);
    if (entry != NULL) {
        CHECK(entry_object(entry) == object);
        CHECK_INT(count_of(type, object), MEMBERS);
        CHECK_INT(entry_expiry(entry), expiry);
    }
    CHECK_INT(keyspace_db(0)->expiring, 0);
    CHECK_INT(keyspace_db(3)->expiring, 1);
    /* No more than the other database's first bucket. */
    CHECK(heap->bytes < bytes + 4096);
    keyspace_stop();
    reaper_stop();
    CHECK_INT(heap->bytes, 0);
}

static void test_list(void) {
    test_move(TYPE_LIST, make_list);
}

static void test_hash(void) {
    test_move(TYPE_HASH, make_hash);
}

static void test_set(void) {
    test_move(TYPE_SET, make_set);
}

static void test_zset(void) {
    test_move(TYPE_ZSET, make_zset);
}

int main(void) {
    unit_test("move: a list", test_list);
    unit_test("move: a hash", test_hash);
    unit_test("move: a set", test_set);
    unit_test("move: a sorted set", test_zset);
    return unit_end();
}
