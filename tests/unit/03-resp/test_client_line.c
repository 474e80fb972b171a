/* How CLIENT INFO divides what waits to be sent. */
#include "client_line.c"

#include "unit.h"

static void divides(size_t waits, const char *due) {
    struct conn conn = {0};
    struct buf text = {0};
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

int main(void) {
    unit_test("the first block, and the rest that limits count", test_division);
    return unit_end();
}
