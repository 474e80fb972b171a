/* Hashes against a plain array of pairs: the same calls, the same answers. */
#include <stdlib.h>

#include "hash.h"
#include "limits.h"
#include "string_hash.h"
#include "timer.h"
#include "unit.h"

enum { FIELDS = 1500, LONGEST = 20000 };

static struct heap heap, other;
static struct hash *hash;
static char pattern[LONGEST + 26];

/* The model: field number i has a text of its own. */
static struct slice fields[FIELDS], values[FIELDS];
static bool there[FIELDS];
static size_t count;

static struct slice copy_of(const char *text, size_t len) {
    char *bytes = malloc(len + 1);
    memcpy(bytes, text, len);
    return (struct slice){bytes, len};
}

/* Integers of all widths, short ones, and some that are longer than a packed
 * block takes. None equals another. */
static void start_fields(void) {
    char text[128];
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (char)('a' + i % 26);
    for (int i = 0; i < FIELDS; i++) {
        int len = 0;
        if (i > 0 && i % 3 == 0)
            len =
                snprintf(text, sizeof text, "%lld",
                         (i % 2 ? -1LL : 1LL) * (2 * i + 1) * (1LL << i % 40));
        else if (i > 0)
            len = snprintf(text, sizeof text, "%s%d:",
                           i % 300 == 1 ? "a field that is rather long, of more"
                                          " than sixty-four bytes in all: "
                                        : "f",
                           i);
        fields[i] = copy_of(text, (size_t)len);
    }
}

static struct slice random_value(bool is_short) {
    char text[NUMBER_I64_MAX_TEXT];
    size_t len = (size_t)rand() % 40;
    int kind = rand() % 100;
    if (kind < 30)
        return copy_of(text,
                       format_i64(text, (int64_t)rand() - (1 << rand() % 31)));
    if (!is_short && kind > 95)
        len = (size_t)rand() % (kind == 99 ? LONGEST : 300);
    return copy_of(pattern + rand() % 26, len);
}

static void do_set(bool is_short, int most) {
    int i = rand() % most;
    if (is_short && fields[i].len > 64)
        return;
    struct slice value = random_value(is_short);
    CHECK_INT(hash_set(&heap, &hash, fields[i], value), !there[i]);
    if (there[i])
        free(values[i].ptr);
    count += !there[i];
    there[i] = true;
    values[i] = value;
}

static void do_remove(int most) {
    int i = rand() % most;
    CHECK_INT(hash_remove(&heap, &hash, fields[i]), there[i]);
    if (!there[i])
        return;
    there[i] = false;
    free(values[i].ptr);
    count--;
}

static size_t visited;

static void visit(void *context, struct slice field, struct slice value) {
    (void)context;
    visited++;
    for (int i = 0; i < FIELDS; i++)
        if (slice_equal(fields[i], field)) {
            CHECK(there[i] && slice_equal(values[i], value));
            return;
        }
    CHECK(false);
}

static void check_all(void) {
    char scratch[NUMBER_I64_MAX_TEXT];
    uint64_t cursor = 0;
    CHECK_INT(hash_size(hash), count);
    for (int i = 0; i < FIELDS; i++) {
        struct slice value;
        if (CHECK_INT(hash_get(hash, fields[i], &value, scratch), there[i]) &&
            there[i])
            CHECK_BYTES(value.ptr, value.len, values[i].ptr, values[i].len);
    }
    visited = 0;
    do
        cursor = hash_scan(hash, cursor, visit, NULL);
    while (cursor != 0);
    CHECK_INT(visited, count);
}

/* What is freed beside the loop is freed now. */
static void reaper_finish(void) {
    while (timer_next_due_us() != INT64_MAX)
        timer_run_due(INT64_MAX - 1);
}

static void start(void) {
    hash = hash_new(&heap);
    count = 0;
    memset(there, 0, sizeof there);
}

static void end(void) {
    hash_free(&heap, hash);
    for (int i = 0; i < FIELDS; i++)
        if (there[i])
            free(values[i].ptr);
    reaper_finish();
    CHECK_INT(heap.bytes, 0);
}

static void run(bool is_short, int most, int steps) {
    start();
    for (int i = 0; i < steps; i++) {
        /* It grows in one half of the steps and shrinks in the other. */
        bool grows = i / 2000 % 2 == 0;
        if (rand() % 10 < (grows ? 7 : 3))
            do_set(is_short, most);
        else
            do_remove(most);
        if (i % 997 == 0)
            check_all();
    }
    check_all();
}

static void test_small(void) {
    run(true, 100, 10000);
    CHECK_TEXT(hash_encoding(hash), strlen(hash_encoding(hash)), "listpack");
    end();
}

static void test_large(void) {
    run(false, FIELDS, 20000);
    CHECK_TEXT(hash_encoding(hash), strlen(hash_encoding(hash)), "hashtable");
    end();
}

/* A copy in another heap is whole, and takes nothing from the first. */
static void test_copies(void) {
    for (int most = 50; most <= FIELDS; most += FIELDS - 50) {
        run(most == 50, most, 3000);
        struct hash *was = hash;
        hash = hash_copy(&other, was);
        check_all();
        hash_free(&other, hash);
        hash = was;
        check_all();
        reaper_finish();
        CHECK_INT(other.bytes, 0);
        end();
    }
}

static void set_text(const char *field, size_t value_len) {
    hash_set(&heap, &hash, slice_of(field), (struct slice){pattern, value_len});
}

static const char *encoding_of_new(size_t field_count, size_t value_len) {
    char text[24];
    hash = hash_new(&heap);
    for (size_t i = 0; i < field_count; i++) {
        snprintf(text, sizeof text, "f%zu", i);
        set_text(text, 1);
    }
    if (field_count == 0)
        set_text("f", value_len);
    const char *encoding = hash_encoding(hash);
    hash_free(&heap, hash);
    reaper_finish();
    return encoding;
}

static void test_limits(void) {
    CHECK(strcmp(encoding_of_new(512, 1), "listpack") == 0);
    CHECK(strcmp(encoding_of_new(513, 1), "hashtable") == 0);
    CHECK(strcmp(encoding_of_new(0, 64), "listpack") == 0);
    CHECK(strcmp(encoding_of_new(0, 65), "hashtable") == 0);
}

/* However long fields and values may be, a block has so many bytes at most:
 * one that grows, and one that is made for all that will come. */
static void test_block_limit(void) {
    const struct limits before = limits;
    char text[100];
    struct slice pairs[40];
    limits.packed_max_bytes = 1000;
    limits.hash_max_listpack_value = 1000000;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < 40; i++)
        pairs[i] = i % 2 ? (struct slice){text, sizeof text} : fields[i];
    hash = hash_new(&heap);
    for (size_t i = 0; i < 20; i++) {
        hash_set(&heap, &hash, pairs[2 * i], pairs[2 * i + 1]);
        CHECK(i == 8 || i == 9 || (hash_listpack(hash) != NULL) == (i < 8));
    }
    CHECK_INT(hash_size(hash), 20);
    hash_free(&heap, hash);
    hash = hash_new_for(&heap, pairs, 5);
    CHECK(hash_listpack(hash) != NULL);
    hash_free(&heap, hash);
    hash = hash_new_for(&heap, pairs, 20);
    CHECK(hash_listpack(hash) == NULL);
    hash_free(&heap, hash);
    reaper_finish();
    limits = before;
}

/* Each field is drawn about as often as any other. */
static void test_fair(void) {
    for (int size = 20; size <= 1000; size += 980) {
        static int drawn[FIELDS];
        struct hash_pair pair;
        hash = hash_new(&heap);
        memset(drawn, 0, sizeof drawn);
        for (int i = 0; i < size; i++)
            hash_set(&heap, &hash, fields[i], fields[i]);
        for (int i = 0; i < size * 400; i++) {
            hash_random(hash, &pair);
            CHECK(slice_equal(pair.field, pair.value));
            for (int j = 0; j < size; j++)
                if (slice_equal(fields[j], pair.field)) {
                    drawn[j]++;
                    break;
                }
        }
        for (int i = 0; i < size; i++)
            CHECK(drawn[i] > 280 && drawn[i] < 520);
        hash_free(&heap, hash);
        reaper_finish();
    }
}

int main(void) {
    string_hash_start();
    start_fields();
    unit_test("a small hash does as an array does", test_small);
    unit_test("a large hash does as an array does", test_large);
    unit_test("hashes are copied and moved", test_copies);
    unit_test("a hash is large where Redis says so", test_limits);
    unit_test("a hash grows out of a block that is too long", test_block_limit);
    unit_test("fields are drawn fairly", test_fair);
    for (int i = 0; i < FIELDS; i++)
        free(fields[i].ptr);
    return unit_end();
}
