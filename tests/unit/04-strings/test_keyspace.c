/* The keyspace against a shadow: three databases, few keys of all lengths, and
 * whatever may be done to them, in a random order. The shadow holds each value
 * as bytes, with the encoding that OBJECT ENCODING would name. */
#include "key_use.h"
#include "keyspace.h"

#include <stdlib.h>

#include "client.h"
#include "random.h"
#include "stage_deaf.h"
#include "unit.h"

enum { DATABASES = 3, KEYS = 40, LONGEST = 3000, STEPS = 60000 };

struct shadow {
    bool there;
    const char *encoding;
    size_t len;
    char bytes[LONGEST];
};

static struct shadow shadows[DATABASES][KEYS];
static char key_bytes[KEYS][700];
static size_t key_lens[KEYS];
static struct client client;
static uint64_t state = 7;

static size_t below(size_t limit) {
    return (size_t)unit_random_below(&state, limit);
}

/* Keys of all lengths around those where their layout changes. */
static void make_keys(void) {
    static const size_t lens[] = {0, 2, 7, 8, 9, 40, 254, 255, 256, 257, 699};
    for (size_t i = 0; i < KEYS; i++) {
        key_lens[i] = lens[i % (sizeof lens / sizeof lens[0])];
        memset(key_bytes[i], (char)('A' + i), sizeof key_bytes[i]);
    }
    for (size_t i = 1; i < KEYS; i++)
        if (key_lens[i] == 0)
            key_lens[i] = 1;
}

static struct key key_of(size_t d, size_t i) {
    return db_key(keyspace_db((int)d),
                  (struct slice){key_bytes[i], key_lens[i]});
}

/* Values of all lengths around those where their layout changes; also ones
 * that spell numbers. */
static size_t make_value(char value[static LONGEST]) {
    static const size_t lens[] = {0,   1,   8,   9,   20,  43,   44,
                                  45,  100, 250, 254, 255, 256,  257,
                                  300, 511, 512, 513, 600, 1000, 1500};
    if (below(4) == 0)
        return format_i64(value, (int64_t)unit_random(&state) >> below(64));
    size_t len = lens[below(sizeof lens / sizeof lens[0])];
    memset(value, (char)('a' + below(26)), len);
    return len;
}

static const char *string_encoding(size_t len) {
    return len <= 44 ? "embstr" : "raw";
}

static void shadow_set(struct shadow *shadow, const char *value, size_t len,
                       const char *encoding) {
    shadow->there = true;
    shadow->encoding = encoding;
    shadow->len = len;
    memcpy(shadow->bytes, value, len);
}

static bool same(size_t d, size_t k) {
    const struct shadow *shadow = &shadows[d][k];
    struct key key = key_of(d, k);
    const struct entry *entry = keyspace_peek(&key);
    if (!CHECK((entry != NULL) == shadow->there))
        return false;
    if (entry == NULL)
        return true;
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice value = entry_value(entry, scratch);
    struct slice name = entry_key(entry);
    int64_t number, due;
    bool is_number = parse_i64(shadow->bytes, shadow->len, &due);
    return CHECK_BYTES(name.ptr, name.len, key.text.ptr, key.text.len) &&
           CHECK_BYTES(value.ptr, value.len, shadow->bytes, shadow->len) &&
           CHECK_INT(entry_value_len(entry), shadow->len) &&
           CHECK(strcmp(entry_encoding(entry), shadow->encoding) == 0) &&
           CHECK_INT(entry_integer(entry, &number), is_number) &&
           CHECK(!is_number || number == due);
}

static void do_set(size_t d, size_t k) {
    char value[LONGEST];
    size_t len = make_value(value);
    struct key key = key_of(d, k);
    int64_t number;
    keyspace_set(&key, (struct slice){value, len});
    shadow_set(&shadows[d][k], value, len,
               parse_i64(value, len, &number) ? "int" : string_encoding(len));
}

static void do_set_string(size_t d, size_t k) {
    char value[LONGEST];
    size_t len = make_value(value);
    struct key key = key_of(d, k);
    keyspace_set_string(&key, (struct slice){value, len});
    shadow_set(&shadows[d][k], value, len, string_encoding(len));
}

static void do_set_integer(size_t d, size_t k) {
    char text[NUMBER_I64_MAX_TEXT];
    int64_t value = (int64_t)unit_random(&state) >> below(64);
    struct key key = key_of(d, k);
    keyspace_set_integer(&key, value);
    shadow_set(&shadows[d][k], text, format_i64(text, value), "int");
}

/* Longer by a little, by much, or not at all; and one byte is changed. */
static void do_edit(size_t d, size_t k) {
    struct shadow *shadow = &shadows[d][k];
    struct key key = key_of(d, k);
    size_t old = shadow->there ? shadow->len : 0;
    size_t len = old + below(3) * below(40) + (below(8) == 0 ? below(700) : 0);
    if (len > LONGEST)
        len = old;
    char *bytes = keyspace_edit(&key, len);
    memset(shadow->bytes + old, 0, len - old);
    shadow->there = true;
    shadow->encoding = "raw";
    shadow->len = len;
    if (len > 0) {
        size_t at = below(len);
        bytes[at] = shadow->bytes[at] = (char)('0' + below(10));
    }
}

static void do_delete(size_t d, size_t k) {
    struct key key = key_of(d, k);
    CHECK_INT(keyspace_delete(&key), shadows[d][k].there);
    shadows[d][k].there = false;
}

/* Copies or moves to another place, if there is something. */
static void do_transfer(size_t d, size_t k, bool move) {
    size_t to = below(DATABASES), as = below(KEYS);
    if (!shadows[d][k].there || (to == d && as == k))
        return;
    struct key key = key_of(d, k), other = key_of(to, as);
    if (move)
        keyspace_move(&key, &other);
    else
        keyspace_copy(&key, &other);
    shadows[to][as] = shadows[d][k];
    shadows[d][k].there = !move;
    same(to, as);
}

static size_t shadow_size(size_t d) {
    size_t count = 0;
    for (size_t k = 0; k < KEYS; k++)
        count += shadows[d][k].there;
    return count;
}

static void do_flush(size_t d) {
    CHECK_INT(keyspace_size(keyspace_db((int)d)), shadow_size(d));
    keyspace_flush(keyspace_db((int)d));
    for (size_t k = 0; k < KEYS; k++)
        shadows[d][k].there = false;
}

static void do_swap(size_t d) {
    static struct shadow kept[KEYS];
    size_t other = below(DATABASES);
    keyspace_swap((int)d, (int)other);
    memcpy(kept, shadows[d], sizeof kept);
    memcpy(shadows[d], shadows[other], sizeof kept);
    memcpy(shadows[other], kept, sizeof kept);
}

static void step(size_t d, size_t k) {
    switch (below(12)) {
    case 0:
    case 1: do_set(d, k); break;
    case 2: do_set_string(d, k); break;
    case 3: do_set_integer(d, k); break;
    case 4:
    case 5:
    case 6: do_edit(d, k); break;
    case 7: do_delete(d, k); break;
    case 8:
    case 9: do_transfer(d, k, false); break;
    case 10: do_transfer(d, k, true); break;
    default:
        if (below(40) == 0)
            do_flush(d);
        else if (below(10) == 0)
            do_swap(d);
    }
}

/* Counts the keys that a scan of everything names. */
static void count_key(void *context, void *item) {
    struct slice name = entry_key(item);
    size_t *counts = context;
    for (size_t k = 0; k < KEYS; k++)
        if (slice_equal(name, (struct slice){key_bytes[k], key_lens[k]}))
            counts[k]++;
}

static void check_all(void) {
    for (size_t d = 0; d < DATABASES; d++) {
        struct db *db = keyspace_db((int)d);
        size_t counts[KEYS] = {0};
        uint64_t cursor = 0;
        CHECK_INT(keyspace_size(db), shadow_size(d));
        do
            cursor = db_scan(db, cursor, count_key, counts);
        while (cursor != 0);
        for (size_t k = 0; k < KEYS; k++) {
            CHECK_INT(counts[k], shadows[d][k].there);
            same(d, k);
        }
        CHECK((db_random(db, random_bits) != NULL) == (shadow_size(d) > 0));
    }
}

static void test_random_walk(void) {
    keyspace_start();
    make_keys();
    for (int i = 0; i < STEPS && unit_failed_checks == 0; i++) {
        size_t d = below(DATABASES), k = below(KEYS);
        step(d, k);
        same(d, k);
        if (i % 500 == 0)
            check_all();
    }
    check_all();
    keyspace_stop();
}

/* A value that grows a byte at a time goes through every layout. */
static void test_growth(void) {
    keyspace_start();
    make_keys();
    memset(shadows, 0, sizeof shadows);
    for (size_t k = 0; k < 11; k++) {
        struct key key = key_of(0, k);
        for (size_t len = 0; len < 1200; len++) {
            char *bytes = keyspace_edit(&key, len + 1);
            bytes[len] = (char)('a' + len % 26);
            shadows[0][k].bytes[len] = bytes[len];
            shadows[0][k].there = true;
            shadows[0][k].encoding = "raw";
            shadows[0][k].len = len + 1;
            if (!same(0, k))
                break;
        }
    }
    keyspace_stop();
}

static void test_reading_counts_as_use(void) {
    keyspace_start();
    make_keys();
    struct key key = key_of(0, 1);
    static char text[] = "value";
    keyspace_set(&key, (struct slice){text, 5});
    struct entry *entry = keyspace_peek(&key);
    entry_set_used(entry, 0xfffff0);
    uint32_t idle = key_idle_seconds(entry);
    client.no_touch = true;
    CHECK(keyspace_read(&client, &key) == entry);
    CHECK(keyspace_peek(&key) == entry);
    CHECK_INT(key_idle_seconds(entry), idle);
    CHECK_INT(entry_used(entry), 0xfffff0);
    client.no_touch = false;
    CHECK(keyspace_read(&client, &key) == entry);
    CHECK_INT(key_idle_seconds(entry), 0);
    keyspace_stop();
}

int main(void) {
    unit_test("keyspace: any calls in any order", test_random_walk);
    unit_test("keyspace: a value that grows byte by byte", test_growth);
    unit_test("keyspace: only reading counts as use",
              test_reading_counts_as_use);
    return unit_end();
}
