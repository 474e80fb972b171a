/* Whole RDB files: all that stands between keys, in all versions; cut at each
 * byte, and with each byte changed. */
#include "crc64.h"
#include "entry_expiry.h"
#include "key_use.h"
#include "keyspace.h"
#include "rdb_load.h"
#include "test_rdb_read.h"

/* A moment, in milliseconds and in seconds. */
#define NOW INT64_C(1700000000000)
#define LATER INT64_C(4000000000)

static struct bytes file_of(const char *version) {
    struct bytes file = {0};
    add(&file, "REDIS", 5);
    add(&file, version, 4);
    return file;
}

static void add_key(struct bytes *file, const char *key, const char *value) {
    add_byte(file, RDB_STRING);
    add_text(file, key);
    add_text(file, value);
}

static void add_end(struct bytes *file) {
    add_byte(file, RDB_EOF);
    add_low(file, crc64(0, file->at, file->len), 8);
}

/* Loads so many keys at a time from exactly these bytes. */
static struct rdb_load load_of(const struct bytes *file, size_t len,
                               size_t some, bool check) {
    static struct rdb_load load;
    uint8_t *exact = malloc(len);
    if (len > 0)
        memcpy(exact, file->at, len);
    rdb_load_start(&load, exact, len);
    load.now_ms = NOW;
    load.check = check;
    while (!rdb_load_some(&load, some))
        continue;
    CHECK(load.ended != load.reader.wrong);
    CHECK(load.reader.at <= len);
    rdb_load_free(&load);
    free(exact);
    return load;
}

static void flush(void) {
    for (int i = 0; i < keyspace_databases; i++)
        keyspace_flush(keyspace_db(i));
}

static struct entry *find(int database, const char *name) {
    struct key key = db_key(keyspace_db(database), slice_of(name));
    return keyspace_peek(&key);
}

static void check_value(int database, const char *name, const char *due) {
    const struct entry *entry = find(database, name);
    CHECK(entry != NULL);
    if (entry == NULL)
        return;
    struct text text = text_of(entry);
    CHECK_TEXT(text.at, text.len, due);
    free(text.at);
}

static void check_refused(struct bytes *file, size_t at, const char *reason) {
    struct rdb_load load = load_of(file, file->len, 1000, true);
    CHECK(load.reader.wrong);
    CHECK_TEXT(load.reader.reason, strlen(load.reader.reason), reason);
    CHECK_INT(load.reader.wrong_at, at);
    flush();
    free_bytes(file);
}

static void test_versions(void) {
    for (int version = 1; version <= RDB_VERSION_MOST; version++) {
        char text[16];
        snprintf(text, sizeof text, "%04d", version);
        struct bytes file = file_of(text);
        add_byte(&file, RDB_SELECTDB);
        add_length(&file, 0);
        add_key(&file, "k", "v");
        if (version < RDB_VERSION_CHECKED)
            add_byte(&file, RDB_EOF);
        else
            add_end(&file);
        struct rdb_load load = load_of(&file, file.len, 1000, true);
        CHECK(load.ended);
        CHECK_INT(load.version, version);
        CHECK_INT(load.keys, 1);
        CHECK_INT(load.reader.at, file.len);
        check_value(0, "k", "embstr: v");
        flush();
        free_bytes(&file);
    }
}

static void test_wrong_versions(void) {
    static const char *const versions[] = {"0000", "0013", "9999",
                                           "abcd", "000a", "-001"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        struct bytes file = file_of(versions[i]);
        char reason[80];
        snprintf(reason, sizeof reason, "Can't handle RDB format version %s",
                 versions[i]);
        add_end(&file);
        check_refused(&file, 5, reason);
    }
    struct bytes file = {0};
    add(&file, "RADIS0010", 9);
    add_end(&file);
    check_refused(&file, 0, "an RDB file begins with REDIS");
    add(&file, "REDIS", 5);
    check_refused(&file, 5, "4 bytes are due, and 0 are left");
    check_refused(&file, 0, "5 bytes are due, and 0 are left");
}

/* All that may stand between keys. */
static struct bytes full_file(void) {
    struct bytes file = file_of("0011");
    add_byte(&file, RDB_AUX);
    add_text(&file, "redis-ver");
    add_text(&file, "7.2.5");
    add_byte(&file, RDB_AUX);
    add_text(&file, "ctime");
    add_byte(&file, 0xc2);
    add_low(&file, 1690000000, 4);
    add_byte(&file, RDB_AUX);
    add_text(&file, "aof-base");
    add_byte(&file, 0xc0);
    add_byte(&file, 1);
    add_byte(&file, RDB_MODULE_AUX);
    add_length(&file, UINT64_C(0x1234567812345678));
    add(&file,
        "\x02\x02\x01\x05\x05\x03six\x03"
        "abcd\x04"
        "abcdefgh\x00",
        24);
    add_byte(&file, RDB_SELECTDB);
    add_length(&file, 0);
    add_byte(&file, RDB_RESIZEDB);
    add_length(&file, UINT64_C(1) << 40);
    add_length(&file, UINT64_C(1) << 40);
    add_key(&file, "stays", "1");
    add_byte(&file, RDB_EXPIRE_MS);
    add_low(&file, LATER * 1000 + 5, 8);
    add_key(&file, "goes", "2");
    add_byte(&file, RDB_EXPIRE_S);
    add_low(&file, INT32_MAX, 4);
    add_key(&file, "goes, too", "3");
    add_byte(&file, RDB_EXPIRE_MS);
    add_low(&file, NOW - 1, 8);
    add_key(&file, "is gone", "4");
    add_byte(&file, RDB_EXPIRE_S);
    add_low(&file, UINT32_MAX - 9, 4); /* ten seconds before 1970 */
    add_key(&file, "is long gone", "5");
    add_byte(&file, RDB_LIST);
    add_text(&file, "is empty");
    add_length(&file, 0);
    add_byte(&file, RDB_SLOT_INFO);
    for (int i = 0; i < 3; i++)
        add_length(&file, 100);
    add_byte(&file, RDB_SELECTDB);
    add_length(&file, 15);
    add_byte(&file, RDB_IDLE);
    add_length(&file, 1000);
    add_key(&file, "idle", "6");
    add_byte(&file, RDB_FREQ);
    add_byte(&file, 255);
    add_key(&file, "stays", "7");
    add_end(&file);
    return file;
}

static void test_all_opcodes(void) {
    struct bytes file = full_file();
    for (size_t some = 1; some < 20; some++) {
        struct rdb_load load = load_of(&file, file.len, some, true);
        CHECK_TEXT(load.reader.reason, strlen(load.reader.reason), "");
        if (!CHECK(load.ended))
            break;
        CHECK_INT(load.keys, 5);
        CHECK_INT(load.expired, 2);
        CHECK_INT(load.empty, 1);
        CHECK_INT(keyspace_size(keyspace_db(0)), 3);
        CHECK_INT(keyspace_size(keyspace_db(15)), 2);
        check_value(0, "stays", "int: 1");
        check_value(15, "stays", "int: 7");
        CHECK_INT(entry_expiry(find(0, "stays")), NO_EXPIRY);
        CHECK_INT(entry_expiry(find(0, "goes")), LATER * 1000 + 5);
        CHECK_INT(entry_expiry(find(0, "goes, too")),
                  INT64_C(1000) * INT32_MAX);
        CHECK_INT(key_idle_seconds(find(15, "idle")), 1000);
        CHECK_INT(key_idle_seconds(find(15, "stays")), 0);
        flush();
    }
    free_bytes(&file);
}

static void test_cuts(void) {
    struct bytes file = full_file();
    for (size_t len = 0; len < file.len; len++) {
        struct rdb_load load = load_of(&file, len, 3, len % 2 == 0);
        CHECK(load.reader.wrong);
        CHECK(load.reader.reason[0] != '\0');
        CHECK(load.reader.wrong_at <= len);
        flush();
    }
    free_bytes(&file);
}

/* The checksum finds each change of a byte; without it, a file may be another
 * good one. */
static void test_changes(void) {
    struct bytes file = full_file();
    for (size_t i = 0; i < file.len; i++) {
        uint8_t was = file.at[i];
        for (int turn = 0; turn < 60; turn++) {
            do
                file.at[i] = (uint8_t)unit_random(&state);
            while (file.at[i] == was);
            if (turn < 4) {
                struct rdb_load load = load_of(&file, file.len, 3, true);
                CHECK(load.reader.wrong);
                flush();
            }
            (void)load_of(&file, file.len, 3, false);
            flush();
        }
        file.at[i] = was;
    }
    free_bytes(&file);
}

static void test_refused(void) {
    struct bytes file = file_of("0010");
    add_byte(&file, RDB_SELECTDB);
    add_length(&file, 16);
    check_refused(&file, 10, "database 16: there are 16, from 0");
    file = file_of("0010");
    add_byte(&file, RDB_FUNCTION2);
    add_text(&file, "#!lua name=mylib");
    check_refused(&file, 9,
                  "a library of functions: there are none here, and FUNCTION "
                  "FLUSH removes them where they are");
    file = file_of("0010");
    add_byte(&file, RDB_MODULE_AUX);
    add_length(&file, 77);
    add_byte(&file, 6);
    check_refused(&file, 12, "there is no such thing of a module");
    file = file_of("0010");
    add_byte(&file, RDB_MODULE_2);
    add_text(&file, "key");
    check_refused(&file, 14, "a value of a module: there are none here");
    file = file_of("0010");
    add_key(&file, "k", "v");
    add_byte(&file, RDB_EOF);
    add_low(&file, 1, 8);
    check_refused(&file, 15,
                  "the checksum is 0325564f97774a65 and says "
                  "0000000000000001");
}

static void test_checksum(void) {
    for (int check = 0; check < 2; check++) {
        for (uint64_t sum = 0; sum < 2; sum++) {
            struct bytes file = file_of("0010");
            add_key(&file, "k", "v");
            add_byte(&file, RDB_EOF);
            add_low(&file, sum, 8);
            struct rdb_load load = load_of(&file, file.len, 10, check);
            CHECK(load.reader.wrong == (check && sum != 0));
            flush();
            free_bytes(&file);
        }
    }
}

/* A key that is there twice is told, within a group of keys and beyond it, and
 * so is one that was there before. */
static void test_duplicates(void) {
    for (int apart = 0; apart < 40; apart += 3) {
        struct bytes file = file_of("0010");
        size_t at = 0;
        for (int i = 0; i <= apart + 1; i++) {
            char key[20];
            snprintf(key, sizeof key, "key %d", i <= apart ? i : 0);
            at = file.len;
            add_key(&file, key, "value");
        }
        add_end(&file);
        check_refused(&file, at, "the key 'key 0' is there already");
    }
    struct bytes file = file_of("0010");
    add_key(&file, "k", "v");
    add_end(&file);
    CHECK(load_of(&file, file.len, 10, true).ended);
    check_refused(&file, 9, "the key 'k' is there already");
}

/* What is behind the checksum belongs to somebody else. */
static void test_behind_the_end(void) {
    struct bytes file = file_of("0010");
    add_key(&file, "k", "v");
    add_end(&file);
    size_t len = file.len;
    add(&file, "*1\r\n", 4);
    struct rdb_load load = load_of(&file, file.len, 10, true);
    CHECK(load.ended);
    CHECK_INT(load.reader.at, len);
    flush();
    free_bytes(&file);
}

static void test_many_keys(void) {
    enum { KEYS = 50000 };
    struct bytes file = file_of("0010");
    for (int i = 0; i < KEYS; i++) {
        char key[20];
        snprintf(key, sizeof key, "key %d", i);
        add_key(&file, key, key);
    }
    add_end(&file);
    struct rdb_load load = load_of(&file, file.len, 1000, true);
    CHECK(load.ended);
    CHECK_INT(load.keys, KEYS);
    CHECK_INT(keyspace_size(keyspace_db(0)), KEYS);
    check_value(0, "key 49999", "embstr: key 49999");
    flush();
    free_bytes(&file);
}

int main(void) {
    keyspace_start();
    unit_test("versions 1 to 12", test_versions);
    unit_test("versions that are none", test_wrong_versions);
    unit_test("all that stands between keys", test_all_opcodes);
    unit_test("a file cut at each byte", test_cuts);
    unit_test("a file with each byte changed", test_changes);
    unit_test("what is refused", test_refused);
    unit_test("checksums that are not there, and that are not looked at",
              test_checksum);
    unit_test("keys that are there twice", test_duplicates);
    unit_test("what is behind the end", test_behind_the_end);
    unit_test("many keys", test_many_keys);
    keyspace_stop();
    return unit_end();
}
