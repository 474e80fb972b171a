/* How CLIENT INFO counts what has come, and divides what waits to be sent. */
#include "client_line.c"

#include "unit.h"

static void divides(size_t waits, const char *due) {
    struct conn conn = {0};
    struct buf text = {0};
    if (waits > 0)
        (void)buf_reserve(&conn.out.buf, waits);
    buf_commit(&conn.out.buf, waits);
    append_output(&text, &conn);
    CHECK_TEXT(buf_bytes(&text), buf_len(&text), due);
    buf_free(&text);
    buf_free(&conn.out.buf);
}

static void test_division(void) {
    divides(0, " obl=0 oll=0 omem=0");
    divides(5, " obl=5 oll=0 omem=0");
    divides(16384, " obl=16384 oll=0 omem=0");
    divides(100000, " obl=16384 oll=1 omem=83616");
}

/* A request of 26 bytes runs, and kept of them are in the buffer, since the
 * request came in two parts. */
static void counts_input(size_t kept, const char *due) {
    struct conn conn = {0};
    struct client client = {.conn = &conn};
    const struct request request = {.size = 26};
    struct buf text = {0};
    if (kept > 0)
        (void)buf_reserve(&conn.in, kept);
    buf_commit(&conn.in, kept);
    append_buffers(&text, &client, &request);
    CHECK_TEXT(buf_bytes(&text), strlen(due), due);
    buf_free(&text);
    buf_free(&conn.in);
}

static void test_input(void) {
    counts_input(0, " qbuf=26 qbuf-free=0 ");
    counts_input(26, " qbuf=26 qbuf-free=16358 ");
    counts_input(40, " qbuf=40 qbuf-free=16344 ");
}

int main(void) {
    unit_test("a request that came in parts counts once", test_input);
    unit_test("the first block, and the rest that limits count", test_division);
    return unit_end();
}
