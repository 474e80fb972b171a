/* A transfer: which of the bytes that come are the file's, however they are
 * cut. */
#include "transfer.h"

#include "buf.h"
#include "unit.h"

static const char mark[] = "0123456789abcdef0123456789abcdef01234567";
static struct transfer transfer;

static bool line(const char *text) {
    return transfer_line(&transfer, slice_of(text));
}

static void test_lines(void) {
    CHECK(line("$88"));
    CHECK_INT(transfer.total, 88);
    CHECK(!transfer.has_mark);
    CHECK(line("$EOF:0123456789abcdef0123456789abcdef01234567"));
    CHECK(transfer.has_mark);
    CHECK(line("$0"));
    CHECK(!line("$EOF:0123456789abcdef0123456789abcdef0123456"));
    CHECK(!line("$"));
    CHECK(!line("$-1"));
    CHECK(!line("$1x"));
    CHECK(!line("88"));
    CHECK(!line("+CONTINUE"));
}

/* Feeds bytes in pieces of that size, and gathers what is the file's. What is
 * not consumed is offered again. Returns the number of bytes that are left when
 * it is done. */
static size_t feed(struct slice bytes, size_t piece, struct buf *file) {
    struct buf in = {0};
    for (size_t at = 0; at < bytes.len; at += piece) {
        size_t len = bytes.len - at < piece ? bytes.len - at : piece;
        buf_append(&in, bytes.ptr + at, len);
        if (transfer.done)
            continue;
        size_t data;
        struct slice all = {buf_bytes(&in), buf_len(&in)};
        size_t used = transfer_take(&transfer, all, &data);
        CHECK(data <= used);
        buf_append(file, all.ptr, data);
        buf_consume(&in, used);
    }
    size_t left = buf_len(&in);
    buf_free(&in);
    return left;
}

static void test_length(void) {
    char sent[] = "0123456789and the stream";
    for (size_t piece = 1; piece < sizeof sent; piece++) {
        struct buf file = {0};
        CHECK(line("$10"));
        CHECK_INT(feed((struct slice){sent, sizeof sent - 1}, piece, &file),
                  sizeof sent - 1 - 10);
        CHECK(transfer.done);
        CHECK_INT(transfer.received, 10);
        CHECK_INT(buf_len(&file), 10);
        CHECK(memcmp(buf_bytes(&file), sent, 10) == 0);
        buf_free(&file);
    }
}

/* In front of the mark stands what looks like its beginning. */
static void test_mark(void) {
    char sent[200];
    int len = snprintf(sent, sizeof sent, "data%.39s%s*1", mark, mark);
    size_t due = (size_t)len - TRANSFER_MARK_LEN - 2;
    for (size_t piece = 1; piece <= (size_t)len; piece++) {
        struct buf file = {0};
        CHECK(line("$EOF:0123456789abcdef0123456789abcdef01234567"));
        CHECK_INT(feed((struct slice){sent, (size_t)len}, piece, &file), 2);
        CHECK(transfer.done);
        CHECK_INT(transfer.received, due);
        CHECK_INT(buf_len(&file), due);
        CHECK(memcmp(buf_bytes(&file), sent, due) == 0);
        buf_free(&file);
    }
}

static void test_empty(void) {
    struct buf file = {0};
    size_t data;
    CHECK(line("$0"));
    CHECK_INT(transfer_take(&transfer, (struct slice){0}, &data), 0);
    CHECK(transfer.done);
    CHECK(line("$EOF:0123456789abcdef0123456789abcdef01234567"));
    CHECK_INT(feed((struct slice){(char *)mark, TRANSFER_MARK_LEN}, 7, &file),
              0);
    CHECK(transfer.done);
    CHECK_INT(transfer.received, 0);
    buf_free(&file);
}

int main(void) {
    unit_test("the line in front of the data", test_lines);
    unit_test("data of a known length, cut anywhere", test_length);
    unit_test("data up to a mark, cut anywhere", test_mark);
    unit_test("no data", test_empty);
    return unit_end();
}
