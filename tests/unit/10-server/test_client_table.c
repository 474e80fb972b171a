/* Clients by their ids, against an array: they come in order and go in any. */
#include "client_table.h"

#include "client_find.h"
#include "unit.h"

enum { CLIENTS = 3000 };

static struct client clients[CLIENTS + 1];
static struct conn conn; /* of all of them */
static bool there[CLIENTS + 1];

static void check_all(void) {
    for (size_t id = 0; id <= CLIENTS; id++)
        CHECK(client_find(id) == (there[id] ? &clients[id] : NULL));
}

static void add(size_t id) {
    clients[id].id = id;
    clients[id].conn = &conn;
    client_table_add(&clients[id]);
    there[id] = true;
}

static void drop(size_t id) {
    client_table_remove(&clients[id]);
    there[id] = false;
}

static void test_life(void) {
    uint64_t state = 7;
    check_all();
    for (size_t id = 1; id <= CLIENTS; id++) {
        add(id);
        size_t other = 1 + (size_t)unit_random_below(&state, id);
        if (there[other] && unit_random_below(&state, 3) > 0)
            drop(other);
        if (id % 100 == 0)
            check_all();
    }
    for (size_t id = 1; id <= CLIENTS; id++)
        if (there[id])
            drop(id);
    check_all();
}

static void test_without_connection(void) {
    add(1);
    conn.watch.fd = -1;
    CHECK(client_find(1) == NULL);
    conn.watch.fd = 0;
    CHECK(client_find(1) == &clients[1]);
    drop(1);
}

int main(void) {
    unit_test("client table: clients come and go", test_life);
    unit_test("client table: one that is not connected is not found",
              test_without_connection);
    return unit_end();
}
