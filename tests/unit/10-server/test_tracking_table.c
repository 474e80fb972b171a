/* The table of keys that were read, compared at random with a plain model. */
#include "string_hash.h"
#include "unit.h"

/* Clients that have left are those with an id above this. */
#define client_find find_client
#include "tracking_table.c"
#undef client_find

static uint64_t last_living, random_state = 10;

static uint64_t below(uint64_t limit) {
    return unit_random_below(&random_state, limit);
}

struct client *find_client(uint64_t id) {
    static char living;
    return id <= last_living ? (struct client *)(void *)&living : NULL;
}

enum { KEYS = 50, IDS = 300 };

static struct slice key_number(int number, char room[static 16]) {
    int len = snprintf(room, 16, "key:%d", number);
    return (struct slice){room, (size_t)len};
}

static void add(int key, uint64_t id) {
    char room[16];
    struct slice name = key_number(key, room);
    tracking_table_add(name, string_hash(name), id);
}

/* Takes the key out, and checks that its readers are those of the model. */
static void check_taken(int key, bool model[IDS]) {
    char room[16];
    struct slice name = key_number(key, room);
    struct tracked *tracked = tracking_table_take(name, string_hash(name));
    size_t due = 0, came = 0, at = 0;
    for (int id = 0; id < IDS; id++)
        due += model[id];
    CHECK(tracked != NULL || due == 0);
    if (tracked == NULL)
        return;
    CHECK(slice_equal(tracked_key(tracked), name));
    for (uint64_t id; (id = tracked_next(tracked, &at)) != 0; came++)
        CHECK(model[id]);
    CHECK_INT(came, due);
    memset(model, 0, IDS * sizeof *model);
    tracked_free(tracked);
}

static void test_table(void) {
    static bool model[KEYS][IDS];
    size_t items_due = 0;
    last_living = IDS;
    for (int i = 0; i < 100000; i++) {
        int key = (int)below(KEYS);
        uint64_t id = 1 + below(IDS - 1);
        items_due += !model[key][id];
        model[key][id] = true;
        add(key, id);
        if (below(200) > 0)
            continue;
        for (int other = 0; other < IDS; other++)
            items_due -= model[key][other];
        check_taken(key, model[key]);
        CHECK_INT(tracking_table_items(), items_due);
    }
    for (int key = 0; key < KEYS; key++)
        check_taken(key, model[key]);
    CHECK_INT(tracking_table_keys(), 0);
    CHECK_INT(tracking_table_items(), 0);
}

static void test_any(void) {
    for (int key = 0; key < KEYS; key++)
        add(key, 1);
    for (size_t left = KEYS; left > 0; left--) {
        CHECK_INT(tracking_table_keys(), left);
        tracked_free(tracking_table_take_any());
    }
    CHECK(tracking_table_take_any() == NULL);
    add(1, 1);
    tracking_table_clear();
    CHECK_INT(tracking_table_keys(), 0);
    CHECK(tracking_table_take_any() == NULL);
}

/* A key that many clients read who then leave does not grow with all of them.
 */
static void test_left(void) {
    enum { MANY = 100000 };
    for (uint64_t id = 1; id <= MANY; id++) {
        last_living = id > 10 ? 10 : id;
        add(1, id);
    }
    CHECK(tracking_table_items() < 1000);
    tracking_table_clear();
    CHECK_INT(tracking_table_items(), 0);
}

int main(void) {
    string_hash_start();
    tracking_table_start();
    unit_test("keys and their readers", test_table);
    unit_test("any key, and all of them", test_any);
    unit_test("clients that have left are dropped", test_left);
    tracking_table_stop();
    reaper_stop();
    return unit_end();
}
