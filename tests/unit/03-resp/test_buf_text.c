/* Text at the end of a buffer, also where it is longer than most. */
#include "buf_text.h"

#include <stdlib.h>

#include "unit.h"

static void test_text(void) {
    struct buf out = {0};
    buf_text(&out, "one");
    buf_text(&out, NULL);
    buf_text(&out, "");
    buf_text(&out, " two");
    CHECK_TEXT(buf_bytes(&out), buf_len(&out), "one two");
    buf_free(&out);
}

/* Whatever the length is, what came before stays, and no byte is lost. */
static void test_format(void) {
    for (int len = 0; len < 2000; len += 1 + len / 600 * 100) {
        struct buf out = {0};
        char due[2100];
        snprintf(due, sizeof due, "before %*d", len, 7);
        buf_text(&out, "before ");
        buf_text_format(&out, "%*d", len, 7);
        CHECK_TEXT(buf_bytes(&out), buf_len(&out), due);
        buf_free(&out);
    }
}

int main(void) {
    unit_test("strings are appended", test_text);
    unit_test("formatted text is appended whole", test_format);
    return unit_end();
}
