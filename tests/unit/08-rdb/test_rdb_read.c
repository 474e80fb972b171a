/* Values of an RDB in every form that was ever written: read as they are, cut
 * at each byte, and with each byte changed. */
#include "test_rdb_read.h"
#include "limits.h"
#include "string_hash.h"

/* No value, and nothing wrong. */
static void check_empty(unsigned type, struct bytes *bytes) {
    struct rdb_reader reader;
    CHECK(read_value(type, bytes->at, bytes->len, &reader) == NULL);
    CHECK(!reader.wrong);
    CHECK_INT(heap.bytes, 0);
    free_bytes(bytes);
}

/* Strings. */

static void test_strings(void) {
    struct bytes b = {0};
    add_text(&b, "value");
    check(RDB_STRING, &b, "embstr: value");
    add_text(&b, "123");
    check(RDB_STRING, &b, "int: 123");
    add_text(&b, "");
    check(RDB_STRING, &b, "embstr: ");
    add_byte(&b, 0xc0);
    add_low(&b, 0xff, 1);
    check(RDB_STRING, &b, "int: -1");
    add_byte(&b, 0xc1);
    add_low(&b, 0x8000, 2);
    check(RDB_STRING, &b, "int: -32768");
    add_byte(&b, 0xc2);
    add_low(&b, 0x7fffffff, 4);
    check(RDB_STRING, &b, "int: 2147483647");
    add_byte(&b, 0x80); /* a length in more bytes than it needs */
    add_high(&b, 2, 4);
    add(&b, "ab", 2);
    check(RDB_STRING, &b, "embstr: ab");
    add_byte(&b, 0x81);
    add_high(&b, 2, 8);
    add(&b, "ab", 2);
    check(RDB_STRING, &b, "embstr: ab");
}

static void test_packed_strings(void) {
    struct bytes b = {0};
    add_byte(&b, 0xc3);
    add_length(&b, 5);
    add_length(&b, 30);
    add(&b,
        "\x00"
        "a\xe0\x14\x00",
        5);
    check(RDB_STRING, &b, "embstr: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    add_byte(&b, 0xc3);
    add_length(&b, 2);
    add_length(&b, UINT64_C(1) << 29);
    add(&b,
        "\x00"
        "a",
        2);
    check_wrong(RDB_STRING, &b, 1, "536870912 bytes cannot be packed into 2");
    add_byte(&b, 0xc3);
    add_length(&b, 2);
    add_length(&b, 0);
    add(&b,
        "\x00"
        "a",
        2);
    check_wrong(RDB_STRING, &b, 1, "0 bytes cannot be packed into 2");
}

static void test_wrong_lengths(void) {
    struct bytes b = {0};
    add_length(&b, UINT64_C(1) << 40);
    add(&b, "thirty bytes, or nearly", 21);
    check_wrong(RDB_STRING, &b, 0,
                "a string of 1099511627776 bytes is too long");
    static const struct {
        unsigned type;
        const char *reason;
    } rows[] = {
        {RDB_LIST, "1099511627776 of at least 1 bytes do not fit in 0 bytes"},
        {RDB_SET, "1099511627776 of at least 1 bytes do not fit in 0 bytes"},
        {RDB_HASH, "1099511627776 of at least 2 bytes do not fit in 0 bytes"},
        {RDB_ZSET, "1099511627776 of at least 1 bytes do not fit in 0 bytes"},
        {RDB_ZSET_2, "1099511627776 of at least 1 bytes do not fit in 0 bytes"},
        {RDB_QUICKLIST,
         "1099511627776 of at least 1 bytes do not fit in 0 bytes"},
        {RDB_QUICKLIST_2,
         "1099511627776 of at least 2 bytes do not fit in 0 bytes"},
        {RDB_STREAM,
         "1099511627776 of at least 18 bytes do not fit in 0 bytes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        add_length(&b, UINT64_C(1) << 40);
        check_wrong(rows[i].type, &b, 0, rows[i].reason);
    }
    add_byte(&b, 0x82);
    check_wrong(RDB_LIST, &b, 0, "no length begins with 0x82");
    add_byte(&b, 0xc0);
    check_wrong(RDB_LIST, &b, 0, "a string's form 0 is where a length is due");
    add_byte(&b, 0xc4);
    check_wrong(RDB_STRING, &b, 0, "there is no form 4 of a string");
}

/* A value that only other servers have is not told as damage. */
static void check_foreign(unsigned type, bool foreign) {
    struct rdb_reader reader;
    CHECK(read_value(type, (const uint8_t *)"some bytes", 10, &reader) == NULL);
    CHECK_INT(reader.foreign, foreign);
}

static void test_refused_types(void) {
    struct bytes b = {0};
    add_text(&b, "some bytes");
    check_wrong(RDB_MODULE_2, &b, 0,
                "a value of a module: there are none here");
    add_text(&b, "some bytes");
    check_wrong(24, &b, 0,
                "a hash whose fields expire: they do not do so here");
    check_foreign(RDB_MODULE_2, true);
    check_foreign(24, true);
    check_foreign(8, false);
    add_text(&b, "some bytes");
    check_wrong(8, &b, 0, "there is no type 8 of values");
    add_text(&b, "some bytes");
    check_wrong(200, &b, 0, "there is no type 200 of values");
}

/* Lists. */

/* A text of so many bytes. */
static const char *long_text(size_t len) {
    static char room[4][20002];
    static size_t next;
    char *text = room[next++ % 4];
    memset(text, 'x', len);
    text[len] = '\0';
    return text;
}

#define ITEMS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_ITEMS ((const char *const[]){NULL})

/* Every encoding of a ziplist that is short. */
#define EVERY_KIND                                                             \
    ITEMS("a", "0", "12", "13", "-1", "127", "-128", "128", "-32768", "32767", \
          "32768", "8388607", "-8388608", "8388608", "2147483647",             \
          "-2147483648", "2147483648", "9223372036854775807",                  \
          "-9223372036854775808", "", "the last")
#define EVERY_KIND_TEXT                                     \
    "a 0 12 13 -1 127 -128 128 -32768 32767 32768 8388607 " \
    "-8388608 8388608 2147483647 -2147483648 2147483648 "   \
    "9223372036854775807 -9223372036854775808  the last"

static void test_lists(void) {
    struct bytes b = {0};
    add_items(&b, 1, ITEMS("one", "2", ""));
    check(RDB_LIST, &b, "listpack: one 2 ");
    check_block(RDB_LIST_ZIPLIST, ziplist_of(EVERY_KIND),
                "listpack: " EVERY_KIND_TEXT);
    add_length(&b, 3);
    add_block(&b, ziplist_of(ITEMS("a", "b")));
    add_block(&b, ziplist_of(NO_ITEMS));
    add_block(&b, ziplist_of(ITEMS("-5")));
    check(RDB_QUICKLIST, &b, "listpack: a b -5");
    add_length(&b, 3);
    add_length(&b, RDB_NODE_LISTPACK);
    add_block(&b, listpack_of(EVERY_KIND));
    add_length(&b, RDB_NODE_PLAIN);
    add_text(&b, "plain");
    add_length(&b, RDB_NODE_LISTPACK);
    add_block(&b, listpack_of(ITEMS("behind")));
    check(RDB_QUICKLIST_2, &b, "listpack: " EVERY_KIND_TEXT " plain behind");
    add_length(&b, 2);
    add_length(&b, RDB_NODE_PLAIN);
    add_text(&b, "plain");
    add_length(&b, RDB_NODE_PLAIN);
    add_text(&b, "");
    check_wrong(RDB_QUICKLIST_2, &b, 9, "an empty node of a list");
}

/* Strings whose lengths take two bytes or four, and lengths before. */
static void test_long_ziplists(void) {
    struct bytes b = {0};
    struct text due = {0};
    const char *const *items =
        ITEMS(long_text(63), long_text(64), long_text(300), "7");
    tell(&due, "listpack:", 9);
    for (size_t i = 0; items[i] != NULL; i++)
        tell_word(&due, " ", slice_of(items[i]));
    check_block(RDB_LIST_ZIPLIST, ziplist_of(items), due.at);
    free(due.at);

    add_block(&b, ziplist_of(ITEMS(long_text(16384), "8")));
    struct rdb_reader reader;
    struct entry *entry = read_value(RDB_LIST_ZIPLIST, b.at, b.len, &reader);
    CHECK(entry != NULL);
    CHECK_INT(list_len(entry_object(entry)), 2);
    entry_free(&heap, entry);
    free_bytes(&b);
}

static void test_long_lists(void) {
    enum { BLOCKS = 20 };
    struct bytes b = {0};
    struct rdb_reader reader;
    add_length(&b, BLOCKS);
    for (size_t i = 0; i < BLOCKS; i++) {
        struct bytes block =
            listpack_of(ITEMS("first", long_text(8000), long_text(100 * i)));
        add_length(&b, RDB_NODE_LISTPACK);
        add_block(&b, block);
    }
    struct entry *entry = read_value(RDB_QUICKLIST_2, b.at, b.len, &reader);
    CHECK(entry != NULL);
    CHECK_INT(list_len(entry_object(entry)), 3 * BLOCKS);
    struct text text = text_of(entry);
    CHECK(strncmp(text.at, "quicklist: first xxx", 20) == 0);
    free(text.at);
    entry_free(&heap, entry);
    free_bytes(&b);
}

static void test_wrong_ziplists(void) {
    static const struct {
        size_t at, byte;
        const char *reason;
    } rows[] = {
        {0, 99, "byte 17 of a ziplist: it says another size than it has"},
        {4, 99, "byte 17 of a ziplist: the offset of the last entry is wrong"},
        {8, 1, "byte 17 of a ziplist: the number of entries is wrong"},
        {10, 1,
         "byte 10 of a ziplist: the length of the entry before is wrong"},
        {11, 60, "byte 10 of a ziplist: an entry goes beyond the end"},
        {11, 0xf1,
         "byte 12 of a ziplist: the length of the entry before is wrong"},
        {11, 0xff, "byte 10 of a ziplist: there is no such encoding"},
        {13, 9,
         "byte 13 of a ziplist: the length of the entry before is wrong"},
        {14, 0x80, "byte 13 of a ziplist: an entry goes beyond the end"},
        {13, 0xff, "byte 13 of a ziplist: it ends too early"},
        {17, 0, "byte 17 of a ziplist: the end is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bytes block = ziplist_of(ITEMS("a", "bc"));
        CHECK_INT(block.len, 18);
        block.at[rows[i].at] = (uint8_t)rows[i].byte;
        check_wrong_block(RDB_LIST_ZIPLIST, block, rows[i].reason);
    }
    struct bytes b = {0};
    add_text(&b, "too short");
    check_wrong(RDB_LIST_ZIPLIST, &b, 0,
                "byte 0 of a ziplist: it is shorter than an empty one");
}

/* Sets. */

static void test_sets(void) {
    struct bytes b = {0};
    add_items(&b, 1, ITEMS("one", "2", ""));
    check(RDB_SET, &b, "listpack: one 2 ");
    add_items(&b, 1, ITEMS("5", "-7"));
    check(RDB_SET, &b, "intset: -7 5");
    check_block(RDB_SET_INTSET, intset_of(ITEMS("-7", "5", "32767"), 2),
                "intset: -7 5 32767");
    check_block(RDB_SET_INTSET, intset_of(ITEMS("-7", "5", "32768"), 4),
                "intset: -7 5 32768");
    check_block(RDB_SET_INTSET,
                intset_of(ITEMS("-9223372036854775808", "5"), 8),
                "intset: -9223372036854775808 5");
    check_block(RDB_SET_LISTPACK, listpack_of(EVERY_KIND),
                "listpack: " EVERY_KIND_TEXT);
}

static void test_wrong_sets(void) {
    struct bytes b = {0};
    add_items(&b, 1, ITEMS("one", "two", "one"));
    check_wrong(RDB_SET, &b, 9, "a member is there twice");
    /* Also if a member is too long for a packed set, which ends there. */
    add_items(
        &b, 1,
        ITEMS("one", "one",
              "a member of more than sixty-four bytes, which no packed set "
              "holds"));
    check_wrong(RDB_SET, &b, 9, "a member is there twice");
    check_wrong_block(RDB_SET_INTSET, intset_of(ITEMS("5", "-7"), 2),
                      "these 12 bytes are no intset");
    check_wrong_block(RDB_SET_INTSET, intset_of(ITEMS("5", "5"), 2),
                      "these 12 bytes are no intset");
    check_wrong_block(RDB_SET_LISTPACK, listpack_of(ITEMS("a", "7", "a")),
                      "a member is there twice");
    check_wrong_block(RDB_SET_LISTPACK, listpack_of(ITEMS("a", "7", "7")),
                      "a member is there twice");
}

/* Hashes. */

static void test_hashes(void) {
    struct bytes b = {0}, block;
    add_items(&b, 2, ITEMS("f", "1", "", ""));
    check(RDB_HASH, &b, "listpack: f=1 =");
    check_block(RDB_HASH_ZIPMAP,
                zipmap_of(ITEMS("f", "1", "", "", "field", "value"), 0),
                "listpack: f=1 = field=value");
    check_block(RDB_HASH_ZIPMAP, zipmap_of(ITEMS("f", "1", "g", "value"), 3),
                "listpack: f=1 g=value");
    block = zipmap_of(ITEMS("f", "1", "g", "value"), 3);
    block.at[0] = 254;
    check_block(RDB_HASH_ZIPMAP, block, "listpack: f=1 g=value");
    check_block(RDB_HASH_ZIPLIST, ziplist_of(ITEMS("f", "1", "5", "value")),
                "listpack: f=1 5=value");
    check_block(RDB_HASH_LISTPACK, listpack_of(ITEMS("f", "1", "5", "value")),
                "listpack: f=1 5=value");
}

static void test_zipmap_of_long_values(void) {
    struct bytes block = zipmap_of(ITEMS("f", long_text(300)), 2);
    struct text due = {0};
    tell(&due, "hashtable: f=", 13);
    tell(&due, long_text(300), 300);
    check_block(RDB_HASH_ZIPMAP, block, due.at);
    free(due.at);
}

static void test_wrong_hashes(void) {
    struct bytes b = {0}, block;
    add_items(&b, 2, ITEMS("f", "1", "f", "2"));
    check_wrong(RDB_HASH, &b, 5, "a field is there twice");
    check_wrong_block(RDB_HASH_ZIPLIST, ziplist_of(ITEMS("f", "1", "f", "2")),
                      "a field is there twice");
    check_wrong_block(RDB_HASH_ZIPLIST, ziplist_of(ITEMS("f", "1", "f")),
                      "the last pair is not complete");
    check_wrong_block(RDB_HASH_ZIPMAP, zipmap_of(ITEMS("f", "1", "f", "2"), 0),
                      "a field is there twice");
    check_wrong_block(RDB_HASH_ZIPMAP, zipmap_of(ITEMS("f", "1", "g"), 0),
                      "byte 8 of a zipmap: a field has no value");
    block = zipmap_of(ITEMS("f", "1", "g", "2"), 0);
    block.at[0] = 1;
    check_wrong_block(RDB_HASH_ZIPMAP, block,
                      "byte 11 of a zipmap: the number of fields is wrong");
    check_wrong_block(RDB_HASH_LISTPACK, listpack_of(ITEMS("f", "1", "g")),
                      "the last pair is not complete");
    add_text(&b, "not a listpack");
    check_wrong(RDB_HASH_LISTPACK, &b, 0, "these 14 bytes are no listpack");
}

/* Sorted sets. */

static void test_zsets(void) {
    struct bytes b = {0};
    double score = -2.5;
    uint64_t bits;
    memcpy(&bits, &score, sizeof bits);
    add_length(&b, 4);
    add_text(&b, "m");
    add_text(&b, "2.5");
    add_text(&b, "least");
    add_byte(&b, 255);
    add_text(&b, "most");
    add_byte(&b, 254);
    add_text(&b, "5");
    add_text(&b, "-3");
    check(RDB_ZSET, &b, "listpack: least=-inf 5=-3 m=2.5 most=inf");
    add_length(&b, 2);
    add_text(&b, "zero");
    add_low(&b, 0, 8);
    add_text(&b, "m");
    add_low(&b, bits, 8);
    check(RDB_ZSET_2, &b, "listpack: m=-2.5 zero=0");
    const char *const *items = ITEMS("low", "-inf", "m", "-1.5", "a", "0", "b",
                                     "-0", "7", "3", "n", "3");
    const char *due = "listpack: low=-inf m=-1.5 a=0 b=-0 7=3 n=3";
    check_block(RDB_ZSET_ZIPLIST, ziplist_of(items), due);
    check_block(RDB_ZSET_LISTPACK, listpack_of(items), due);
}

static void check_wrong_zset(const char *const *items, const char *reason) {
    check_wrong_block(RDB_ZSET_LISTPACK, listpack_of(items), reason);
    check_wrong_block(RDB_ZSET_ZIPLIST, ziplist_of(items), reason);
}

static void test_wrong_zsets(void) {
    check_wrong_zset(ITEMS("a", "2", "b", "1"), "the members are not in order");
    check_wrong_zset(ITEMS("b", "1", "a", "1"), "the members are not in order");
    check_wrong_zset(ITEMS("a", "1", "a", "1"), "the members are not in order");
    check_wrong_zset(ITEMS("a", "1", "a", "2"), "a member is there twice");
    check_wrong_zset(ITEMS("a", "nan"), "a score is not a number");
    check_wrong_zset(ITEMS("a", "one"), "a score is not a number");
    check_wrong_zset(ITEMS("a", "1", "b"), "the last pair is not complete");
    struct bytes b = {0};
    add_items(&b, 2, ITEMS("m", "1", "m", "2"));
    check_wrong(RDB_ZSET, &b, 5, "a member is there twice");
    add_items(&b, 1, ITEMS("m"));
    add_byte(&b, 253);
    check_wrong(RDB_ZSET, &b, 3, "a score is not a number");
    add_items(&b, 1, ITEMS("m"));
    add_low(&b, UINT64_C(0x7ff8000000000000), 8);
    check_wrong(RDB_ZSET_2, &b, 3, "a score is not a number");
}

/* What is empty is no value; old servers could write it. */
static void test_empty(void) {
    static const unsigned counted[] = {
        RDB_LIST,   RDB_SET,       RDB_HASH,       RDB_ZSET,
        RDB_ZSET_2, RDB_QUICKLIST, RDB_QUICKLIST_2};
    static const unsigned ziplists[] = {RDB_LIST_ZIPLIST, RDB_HASH_ZIPLIST,
                                        RDB_ZSET_ZIPLIST};
    static const unsigned listpacks[] = {RDB_SET_LISTPACK, RDB_HASH_LISTPACK,
                                         RDB_ZSET_LISTPACK};
    struct bytes b = {0};
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        add_length(&b, 0);
        check_empty(counted[i], &b);
    }
    for (size_t i = 0; i < 3; i++) {
        add_block(&b, ziplist_of(NO_ITEMS));
        check_empty(ziplists[i], &b);
        add_block(&b, listpack_of(NO_ITEMS));
        check_empty(listpacks[i], &b);
    }
    add_block(&b, zipmap_of(NO_ITEMS, 0));
    check_empty(RDB_HASH_ZIPMAP, &b);
    add_length(&b, 1);
    add_length(&b, RDB_NODE_LISTPACK);
    add_block(&b, listpack_of(NO_ITEMS));
    check_empty(RDB_QUICKLIST_2, &b);
}

/* Forms. */

/* A listpack in which things are not written as we would: it is read all the
 * same, and what it holds is found. */
static void test_other_spelling(void) {
    struct bytes b = {0}, lp = {0};
    add_low(&lp, 0, 4);
    add_low(&lp, 4, 2);
    add(&lp,
        "\xe0\x01"
        "a\x03",
        4);                          /* a short string with a long length */
    add(&lp, "\xf1\x05\x00\x03", 4); /* 5 in 16 bits */
    add(&lp,
        "\x82"
        "12\x03",
        4); /* 12 as bytes */
    add(&lp, "\x07\x01", 2);
    add_byte(&lp, 0xff);
    set_low(&lp, 0, lp.len, 4);
    static const struct {
        unsigned type;
        const char *due;
    } rows[] = {{RDB_HASH_LISTPACK, "listpack: a=5 12=7"},
                {RDB_ZSET_LISTPACK, "listpack: a=5 12=7"},
                {RDB_SET_LISTPACK, "listpack: a 5 12 7"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        add_plain(&b, lp.at, lp.len);
        check(rows[i].type, &b, rows[i].due);
    }
    free_bytes(&lp);
}

static void check_encoding(unsigned type, struct bytes block,
                           const char *encoding, size_t bytes_left) {
    struct rdb_reader reader;
    struct bytes b = {0};
    add_block(&b, block);
    struct entry *entry = read_value(type, b.at, b.len, &reader);
    CHECK(entry != NULL);
    if (entry != NULL) {
        CHECK_TEXT(entry_encoding(entry), strlen(entry_encoding(entry)),
                   encoding);
        free(text_of(entry).at);
        entry_free(&heap, entry);
    }
    CHECK_INT(heap.bytes, bytes_left);
    free_bytes(&b);
}

/* What is small says the configuration of who reads, not who wrote. */
static void test_limits(void) {
    struct limits was = limits;
    const char *const *items = ITEMS("1", "2", "3", "4", "5", "6");
    for (size_t most = 2; most <= 6; most++) {
        limits.hash_max_listpack_entries = most / 2;
        limits.zset_max_listpack_entries = most / 2;
        limits.set_max_listpack_entries = most;
        limits.set_max_intset_entries = most;
        check_encoding(RDB_HASH_LISTPACK, listpack_of(items),
                       most == 6 ? "listpack" : "hashtable", 0);
        check_encoding(RDB_HASH_ZIPLIST, ziplist_of(items),
                       most == 6 ? "listpack" : "hashtable", 0);
        check_encoding(RDB_HASH_ZIPMAP, zipmap_of(items, 1),
                       most == 6 ? "listpack" : "hashtable", 0);
        check_encoding(RDB_ZSET_ZIPLIST, ziplist_of(items),
                       most == 6 ? "listpack" : "skiplist", 0);
        check_encoding(RDB_SET_LISTPACK, listpack_of(items),
                       most == 6 ? "listpack" : "hashtable", 0);
        limits.set_max_listpack_entries = 6; /* no matter to an intset */
        check_encoding(RDB_SET_INTSET, intset_of(items, 2),
                       most == 6 ? "intset" : "hashtable", 0);
    }
    /* A plain set goes by the limit of intsets, whatever its members are. */
    limits.set_max_intset_entries = 0;
    struct bytes b = {0};
    add_items(&b, 1, ITEMS("one"));
    check(RDB_SET, &b, "hashtable: one");
    limits = was;
}

/* Many members in one listpack, each once, or the first also as the last:
 * found out in no time that grows with their square. */
static void test_large_listpacks(void) {
    enum { MEMBERS = 200000 };
    struct limits was = limits;
    limits.set_max_listpack_entries = MEMBERS * 2;
    limits.hash_max_listpack_entries = MEMBERS * 2;
    limits.zset_max_listpack_entries = MEMBERS * 2;
    for (int twice = 0; twice < 2; twice++) {
        struct bytes lp = {0}, b = {0};
        struct rdb_reader reader;
        uint8_t room[32];
        add_low(&lp, 0, 4);
        add_low(&lp, 65535, 2);
        for (int i = 0; i < MEMBERS; i++) {
            struct listpack_element element =
                listpack_integer(twice && i == MEMBERS - 2 ? 0 : i);
            (void)listpack_write(room, &element);
            add(&lp, room, element.size);
        }
        add_byte(&lp, 0xff);
        set_low(&lp, 0, lp.len, 4);
        add_block(&b, lp);
        static const unsigned forms[] = {RDB_SET_LISTPACK, RDB_HASH_LISTPACK,
                                         RDB_ZSET_LISTPACK};
        for (size_t i = 0; i < 3; i++) {
            /* Looking at all of these as a small one does would be slow. */
            struct entry *entry = read_value(forms[i], b.at, b.len, &reader);
            CHECK(reader.wrong == twice);
            if (entry != NULL)
                entry_free(&heap, entry);
            CHECK_INT(heap.bytes, 0);
        }
        free_bytes(&b);
    }
    limits = was;
}

int main(void) {
    string_hash_start();
    unit_test("strings in all forms", test_strings);
    unit_test("strings that are packed", test_packed_strings);
    unit_test("lengths that cannot be", test_wrong_lengths);
    unit_test("types that are refused", test_refused_types);
    unit_test("lists in all forms", test_lists);
    unit_test("ziplists of long strings", test_long_ziplists);
    unit_test("lists of many blocks", test_long_lists);
    unit_test("ziplists that are wrong", test_wrong_ziplists);
    unit_test("sets in all forms", test_sets);
    unit_test("sets that are wrong", test_wrong_sets);
    unit_test("hashes in all forms", test_hashes);
    unit_test("zipmaps of long values", test_zipmap_of_long_values);
    unit_test("hashes that are wrong", test_wrong_hashes);
    unit_test("sorted sets in all forms", test_zsets);
    unit_test("sorted sets that are wrong", test_wrong_zsets);
    unit_test("what is empty", test_empty);
    unit_test("elements spelled in other ways", test_other_spelling);
    unit_test("limits of small collections", test_limits);
    unit_test("large listpacks", test_large_listpacks);
    return unit_end();
}
