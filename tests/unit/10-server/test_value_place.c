/* Small integers are told to be at one place each. */
#include "value_place.h"

#include "keyspace.h"
#include "unit.h"

static struct value_place place_of(const char *name, const char *value) {
    struct key key = db_key(keyspace_db(0), (struct slice){(char *)name, 1});
    keyspace_set(&key, slice_of(value));
    return value_place(keyspace_peek(&key));
}

static void test_shared(void) {
    struct value_place place = place_of("a", "9999");
    CHECK_INT(place.references, INT32_MAX);
    CHECK(place_of("b", "9999").place == place.place);
    CHECK(place_of("b", "9998").place != place.place);
}

static void test_alone(void) {
    static const char *const values[] = {"10000", "-1", "grape", "07"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct value_place place = place_of("a", values[i]);
        CHECK_INT(place.references, 1);
        CHECK(place_of("b", values[i]).place != place.place);
    }
}

int main(void) {
    keyspace_start();
    unit_test("equal small integers are at one place", test_shared);
    unit_test("other values are at places of their own", test_alone);
    keyspace_stop();
    return unit_end();
}
