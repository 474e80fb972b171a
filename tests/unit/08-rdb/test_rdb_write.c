/* What is summed up and written. */
#include "crc64.h"
#include "rdb_reader.h"
#include "rdb_writer.h"
#include "unit.h"

static void test_crc(void) {
    const char digits[] = "123456789";
    CHECK(crc64(0, digits, 9) == UINT64_C(0xe9c6d914c4b8d9ca));
    for (size_t cut = 0; cut <= 9; cut++)
        CHECK(crc64(crc64(0, digits, cut), digits + cut, 9 - cut) ==
              UINT64_C(0xe9c6d914c4b8d9ca));
}

static void check_string(struct rdb_writer *writer, const char *text,
                         size_t bytes) {
    struct rdb_reader reader;
    struct rdb_string string = {0};
    size_t before = writer->used;
    rdb_write_string(writer, slice_of(text));
    CHECK_INT(writer->used - before, bytes);
    rdb_reader_init(&reader, writer->bytes + before, writer->used - before);
    CHECK(rdb_read_string(&reader, &string));
    CHECK_TEXT(string.text.ptr, string.text.len, text);
    rdb_string_free(&string);
}

static void test_strings(void) {
    struct rdb_writer writer;
    rdb_writer_to_memory(&writer);
    writer.compress = true;
    check_string(&writer, "", 1);
    check_string(&writer, "grape", 6);
    check_string(&writer, "-128", 2);
    check_string(&writer, "128", 3);
    check_string(&writer, "-32769", 5);
    check_string(&writer, "2147483647", 5);
    check_string(&writer, "2147483648", 11);
    check_string(&writer, "+1", 3);
    check_string(&writer, "007", 4);
    check_string(&writer, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 8);
    rdb_writer_free(&writer);
}

static void test_lengths(void) {
    const uint64_t lengths[] = {
        0, 63, 64, 16383, 16384, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
    const size_t sizes[] = {1, 1, 2, 2, 5, 5, 9, 9};
    struct rdb_writer writer;
    rdb_writer_to_memory(&writer);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct rdb_reader reader;
        uint64_t read;
        size_t before = writer.used;
        rdb_write_length(&writer, lengths[i]);
        CHECK_INT(writer.used - before, sizes[i]);
        rdb_reader_init(&reader, writer.bytes + before, sizes[i]);
        CHECK(rdb_read_length(&reader, &read) && read == lengths[i]);
    }
    rdb_writer_free(&writer);
}

int main(void) {
    unit_test("the checksum, whole and in pieces", test_crc);
    unit_test("strings take their shortest form", test_strings);
    unit_test("lengths of every size", test_lengths);
    return unit_end();
}
