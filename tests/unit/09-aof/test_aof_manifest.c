/* Manifests: what is read, what is written, what is refused. */
#include "aof_manifest.h"

#include <stdlib.h>

#include "unit.h"

static bool parse(struct aof_manifest *manifest, const char *text, int *line) {
    char *copy = strdup(text);
    bool good = aof_manifest_parse(manifest, copy, strlen(copy), line) == NULL;
    free(copy);
    return good;
}

static const char whole[] = "file a.aof.2.base.rdb seq 2 type b\n"
                            "file a.aof.3.incr.aof seq 3 type h\n"
                            "file a.aof.4.incr.aof seq 4 type i\n"
                            "file \"a b.5.incr.aof\" seq 5 type i\n";

static void test_round_trip(void) {
    struct aof_manifest manifest;
    int error_line;
    struct buf out = {0};
    CHECK(parse(&manifest, whole, &error_line));
    CHECK_INT(manifest.count, 4);
    CHECK_INT(aof_manifest_last(&manifest, AOF_INCR), 5);
    CHECK_INT(aof_manifest_last(&manifest, AOF_BASE), 3);
    aof_manifest_write(&manifest, &out);
    CHECK_TEXT(buf_bytes(&out), buf_len(&out), whole);
    buf_free(&out);
    aof_manifest_free(&manifest);
}

/* A name may hold any bytes but a zero and a slash. */
static void test_names(void) {
    static const char text[] =
        "file \"\\x0b\\x82 it's \\\"a\\\\b\\\"\\n\\x7f\" seq 1 type i\n";
    struct aof_manifest manifest;
    int error_line;
    struct buf out = {0};
    CHECK(parse(&manifest, text, &error_line));
    CHECK_TEXT(manifest.files[0].name, strlen(manifest.files[0].name),
               "\v\x82 it's \"a\\b\"\n\x7f");
    aof_manifest_write(&manifest, &out);
    CHECK_TEXT(buf_bytes(&out), buf_len(&out), text);
    buf_free(&out);
    aof_manifest_free(&manifest);
}

/* A new base and a new increment take the place of what was before. */
static void test_rewrite(void) {
    struct aof_manifest before, manifest;
    int error_line;
    struct buf out = {0};
    CHECK(parse(&before, whole, &error_line));
    aof_manifest_add(&before, AOF_INCR, 6, "a.aof.6.incr.aof");
    manifest = aof_manifest_rebased(&before, "a.aof.4.base.rdb", true);
    aof_manifest_free(&before);
    CHECK_INT(manifest.count, 6);
    aof_manifest_forget(&manifest);
    aof_manifest_write(&manifest, &out);
    CHECK_TEXT(buf_bytes(&out), buf_len(&out),
               "file a.aof.4.base.rdb seq 4 type b\n"
               "file a.aof.6.incr.aof seq 6 type i\n");
    buf_free(&out);
    aof_manifest_free(&manifest);
}

static void check_refused(const char *text, int line) {
    struct aof_manifest manifest;
    int error_line;
    CHECK(!parse(&manifest, text, &error_line));
    CHECK_INT(error_line, line);
}

static void test_refused(void) {
    check_refused("", 1);
    check_refused("\n", 1);
    check_refused("file a seq 1 type i", 1);
    check_refused("file a seq 1\n", 1);
    check_refused("file a seq 0 type i\n", 1);
    check_refused("file a seq x type i\n", 1);
    check_refused("file a seq 1 type z\n", 1);
    check_refused("file a/b seq 1 type i\n", 1);
    check_refused("file \"a seq 1 type i\n", 1);
    check_refused("file a seq 1 type b\nfile b seq 2 type b\n", 2);
    check_refused("file a seq 2 type i\nfile b seq 2 type i\n", 2);
    check_refused("file a seq 2 type i\nfile b seq 1 type h\n"
                  "file c seq 1 type i\n",
                  3);
    check_refused("file a seq 9223372036854775807 type i\n", 1);
    check_refused("file a seq 9223372036854775806 type h\n", 1);
    check_refused("*1\r\n$4\r\nPING\r\n", 1);
}

/* Comments, and words that a later version may have. */
static void test_taken(void) {
    struct aof_manifest manifest;
    int error_line;
    CHECK(parse(&manifest, "# by hand\nfile a seq 1 type i startoffset 0\n",
                &error_line));
    CHECK_INT(manifest.count, 1);
    aof_manifest_free(&manifest);
}

/* Lines of so many bytes behind one that is good: a comment, and one padded
 * with spaces. */
static bool takes_lines(int bytes) {
    static const char *const forms[] = {"file a seq 1 type i\n%s%*s\n",
                                        "file a seq 1 type i\n%s%*stype i\n"};
    bool taken = true;
    for (size_t i = 0; i < 2; i++) {
        char text[4096];
        const char *begin = i == 0 ? "#" : "file b seq 2 ";
        int rest = bytes - (int)strlen(begin) - (i == 0 ? 1 : 7);
        struct aof_manifest manifest;
        int error_line;
        snprintf(text, sizeof text, forms[i], begin, rest, "");
        bool good = parse(&manifest, text, &error_line);
        if (good)
            aof_manifest_free(&manifest);
        else
            CHECK_INT(error_line, 2);
        taken &= good;
    }
    return taken;
}

static void test_long_lines(void) {
    CHECK(takes_lines(100));
    CHECK(takes_lines(1024));
    CHECK(!takes_lines(1025));
    CHECK(!takes_lines(3000));
}

/* Whatever the bytes are. */
static void test_cut(void) {
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        struct aof_manifest manifest;
        int error_line;
        char *copy = malloc(len + 1);
        memcpy(copy, whole, len);
        bool at_line = len > 0 && copy[len - 1] == '\n';
        CHECK((aof_manifest_parse(&manifest, copy, len, &error_line) == NULL) ==
              at_line);
        if (at_line)
            aof_manifest_free(&manifest);
        free(copy);
    }
}

/* Nor may a name be so long that its line, with quotes, could not be read. */
static void test_long_names(void) {
    struct aof_manifest manifest;
    int error_line;
    char text[600];
    for (int bytes = 230; bytes <= 260; bytes += 30) {
        char name[300] = "";
        memset(name, '\x82', (size_t)bytes);
        snprintf(text, sizeof text, "file %s seq 1 type i\n", name);
        CHECK(parse(&manifest, text, &error_line) == (bytes == 230));
        if (bytes == 230)
            aof_manifest_free(&manifest);
    }
}

int main(void) {
    unit_test("a manifest is written as it was read", test_round_trip);
    unit_test("names with any bytes", test_names);
    unit_test("a new base retires what was before", test_rewrite);
    unit_test("what is no manifest is refused, with its line", test_refused);
    unit_test("comments and unknown words are taken", test_taken);
    unit_test("a line has at most 1,024 bytes", test_long_lines);
    unit_test("a name fits its line when it is written", test_long_names);
    unit_test("one that is cut off is refused", test_cut);
    return unit_end();
}
