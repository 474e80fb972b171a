/* Ways down a tree of members end at the leaf that a search ends at. */
#include "keyspace.h"
#include "prefetch.h"
#include "stage_deaf.h"
#include "unit.h"
#include "zset.h"
#include "zset_probe.h"

enum { MEMBERS = 50000 };

static struct heap heap;
static uint64_t state = 5;

static void test_probes(void) {
    struct zset *zset = zset_new(&heap);
    for (int i = 0; i < MEMBERS; i++) {
        char name[16];
        int len = snprintf(name, sizeof name, "m%d", i);
        zset_set(&heap, &zset, (struct slice){name, (size_t)len}, i);
    }
    const struct zset_tree *tree = NULL;
    CHECK(zset_dict(zset, &tree) != NULL);
    bool good = true;
    for (int i = 0; i < MEMBERS; i++) {
        struct zset_probe probe = zset_probe_begin(tree, i);
        while (zset_probe_down(&probe))
            continue;
        size_t index;
        good &= probe.node == zset_tree_seek(tree, (size_t)i, &index);
    }
    CHECK(good);
    /* What lies before the first, behind the last or nowhere has a way. */
    for (double score = -1; score < MEMBERS + 2; score += 1000.5) {
        struct zset_probe probe = zset_probe_begin(tree, score);
        while (zset_probe_down(&probe))
            continue;
        CHECK(probe.node != NULL && probe.height == 0);
    }
    zset_free(&heap, zset);
}

/* Groups of requests of all shapes: keys are told in order, and nothing is
 * changed. */
static void test_groups(void) {
    static const char *const words[] = {"ZADD", "HGET", "sadd", "h",
                                        "",     "zset", "1.5",  "nan"};
    struct slice argv[5];
    struct request group[PREFETCH_MOST];
    struct key keys[PREFETCH_MOST];
    keyspace_start();
    struct db *db = keyspace_db(0);
    for (int round = 0; round < 5000; round++) {
        size_t named = 0;
        for (int i = 0; i < 5; i++) {
            const char *word = words[unit_random_below(&state, 8)];
            argv[i] = slice_of(word);
        }
        for (size_t i = 0; i < PREFETCH_MOST; i++) {
            group[i] = (struct request){.argv = argv,
                                        .argc = unit_random_below(&state, 6)};
            named += group[i].argc > 1;
        }
        prefetch_group(db, group, PREFETCH_MOST, keys);
        for (size_t i = 0; i < named; i++)
            CHECK(slice_equal(keys[i].text, argv[1]));
    }
    keyspace_stop();
}

/* A key whose time has come is left to the command, which may be refused, or
 * may find it only after others have had their replies. */
static void test_due(void) {
    struct slice argv[2][3] = {
        {slice_of("HGET"), slice_of("due"), slice_of("field")},
        {slice_of("HGET"), slice_of("other"), slice_of("field")}};
    struct request group[2] = {{.argv = argv[0], .argc = 3},
                               {.argv = argv[1], .argc = 3}};
    struct key keys[PREFETCH_MOST];
    keyspace_start();
    struct db *db = keyspace_db(0);
    struct key key = db_key(db, slice_of("due"));
    db_add(&key, entry_new(db->heap, key.text, slice_of("value")));
    db_set_expiry(&key, db_find(&key), 1);
    prefetch_group(db, group, 2, keys);
    CHECK(db->dict.count == 1);
    CHECK(db_find(&key) == NULL && db->dict.count == 0);
    keyspace_stop();
}

int main(void) {
    unit_test("a way down ends where a search ends", test_probes);
    unit_test("groups of requests of all shapes", test_groups);
    unit_test("a key whose time has come is left to its command", test_due);
    return unit_end();
}
