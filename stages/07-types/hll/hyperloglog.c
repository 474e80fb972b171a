#include "hyperloglog.h"

#include <endian.h>

#include "hll_estimate.h"
#include "hll_sparse.h"
#include "limits.h"
#include "murmur.h"

enum { ENCODING_AT = 4, COUNT_AT = 8, DENSE = 0, SPARSE = 1 };
enum { INDEX_BITS = 14, REST_BITS = 64 - INDEX_BITS };
static const uint64_t SEED = 0xadc83b19U;
static const uint64_t COUNT_IS_OLD = UINT64_C(1) << 63;

bool hll_is_dense(struct slice bytes) {
    return bytes.ptr[ENCODING_AT] == DENSE;
}

bool hll_is(struct slice bytes) {
    if (bytes.len < HLL_HEADER || memcmp(bytes.ptr, "HYLL", 4) != 0)
        return false;
    if (hll_is_dense(bytes))
        return bytes.len == HLL_DENSE_SIZE;
    return bytes.ptr[ENCODING_AT] == SPARSE;
}

size_t hll_sparse_most(void) {
    /* A run takes at most 2 bytes and has at least one register. */
    size_t longest = HLL_HEADER + 2 * HLL_REGISTERS;
    size_t most = limits.hll_sparse_max_bytes;
    return most < longest ? most : longest;
}

size_t hll_room(size_t len) {
    size_t room = hll_sparse_most();
    if (room < HLL_DENSE_SIZE)
        room = HLL_DENSE_SIZE;
    return room < len ? len : room;
}

void hll_init(struct hll *hll) {
    static const char empty[HLL_HEADER + 2] = {
        'H', 'Y', 'L', 'L', SPARSE, [HLL_HEADER] = 0x7f, (char)0xff};
    memcpy(hll->bytes, empty, sizeof empty);
    hll->len = sizeof empty;
}

bool hll_kept_count(struct slice bytes, uint64_t *count) {
    memcpy(count, bytes.ptr + COUNT_AT, 8);
    *count = le64toh(*count);
    return (*count & COUNT_IS_OLD) == 0;
}

void hll_keep_count(char *bytes, uint64_t count) {
    count = htole64(count);
    memcpy(bytes + COUNT_AT, &count, 8);
}

void hll_forget_count(char *bytes) {
    /* The highest bit is in the last byte: see COUNT_IS_OLD. */
    bytes[COUNT_AT + 7] = (char)(bytes[COUNT_AT + 7] | 0x80);
}

/* Dense registers. Eight of them take six bytes. */

/* The eight registers among which that one is, the first one lowest. Their six
 * bytes are read as four and two: copied into a word of eight and read from
 * there, they would have to wait until they are in memory. */
static uint64_t eight_registers(const char *bytes, size_t index) {
    const char *at = bytes + HLL_HEADER + index / 8 * 6;
    uint32_t low;
    uint16_t high;
    memcpy(&low, at, 4);
    memcpy(&high, at + 4, 2);
    return le32toh(low) | (uint64_t)le16toh(high) << 32;
}

static unsigned dense_get(const char *bytes, size_t index) {
    return eight_registers(bytes, index) >> index % 8 * 6 & 0x3f;
}

static void dense_set(char *bytes, size_t index, unsigned value) {
    unsigned shift = (unsigned)(index % 8) * 6;
    uint64_t word = eight_registers(bytes, index);
    word = (word & ~(UINT64_C(0x3f) << shift)) | (uint64_t)value << shift;
    word = htole64(word);
    memcpy(bytes + HLL_HEADER + index / 8 * 6, &word, 6);
}

void hll_set_all(char *bytes, const uint8_t registers[static HLL_REGISTERS]) {
    char *at = bytes + HLL_HEADER;
    for (size_t i = 0; i < HLL_REGISTERS; i += 8, at += 6) {
        uint64_t word = 0;
        for (size_t k = 8; k-- > 0;)
            word = word << 6 | registers[i + k];
        word = htole64(word);
        memcpy(at, &word, 6);
    }
}

enum hll_result hll_raise(struct hll *hll, size_t index, unsigned value) {
    if (!hll_is_dense((struct slice){hll->bytes, hll->len})) {
        bool dense;
        enum hll_result result = hll_sparse_raise(hll, index, value, &dense);
        if (!dense)
            return result;
        /* The value did not fit the sparse form: see hll_sparse_raise(). */
        if (!hll_make_dense(hll))
            return HLL_CORRUPT;
    }
    if (dense_get(hll->bytes, index) >= value)
        return HLL_SAME;
    dense_set(hll->bytes, index, value);
    return HLL_CHANGED;
}

enum hll_result hll_add(struct hll *hll, struct slice element) {
    uint64_t hash = murmur_hash(element.ptr, element.len, SEED);
    /* The bit above the rest ends the zeros where all of the rest is zero. */
    uint64_t rest = hash >> INDEX_BITS | UINT64_C(1) << REST_BITS;
    return hll_raise(hll, hash % HLL_REGISTERS,
                     (unsigned)__builtin_ctzll(rest) + 1);
}

/* Calls visit for each run of a sparse one. Returns false if the runs are not
 * valid. */
static bool sparse_visit(struct slice bytes,
                         void (*visit)(void *context, size_t first,
                                       const struct hll_run *run),
                         void *context) {
    const char *at = bytes.ptr + HLL_HEADER, *end = bytes.ptr + bytes.len;
    size_t first = 0;
    while (at < end) {
        struct hll_run run;
        if (!hll_sparse_run(at, end, &run) || run.count > HLL_REGISTERS - first)
            return false;
        visit(context, first, &run);
        first += run.count;
        at += run.size;
    }
    return first == HLL_REGISTERS;
}

static void raise_run(void *context, size_t first, const struct hll_run *run) {
    uint8_t *registers = context;
    if (run->value == 0) /* most registers, and they raise none */
        return;
    for (size_t i = first; i < first + run->count; i++)
        if (registers[i] < run->value)
            registers[i] = (uint8_t)run->value;
}

static void merge_dense(uint8_t *registers, const char *bytes) {
    for (size_t i = 0; i < HLL_REGISTERS; i += 8) {
        uint64_t word = eight_registers(bytes, i);
        for (size_t k = 0; k < 8; k++, word >>= 6) {
            /* Which one is larger is as good as random, so a branch would be
             * guessed wrong half of the time. */
            uint8_t ours = registers[i + k], theirs = word & 0x3f;
            registers[i + k] = ours > theirs ? ours : theirs;
        }
    }
}

bool hll_merge(uint8_t registers[static HLL_REGISTERS], struct slice bytes) {
    if (!hll_is_dense(bytes))
        return sparse_visit(bytes, raise_run, registers);
    merge_dense(registers, bytes.ptr);
    return true;
}

bool hll_make_dense(struct hll *hll) {
    struct slice bytes = {hll->bytes, hll->len};
    uint8_t registers[HLL_REGISTERS] = {0};
    if (hll_is_dense(bytes))
        return true;
    if (!hll_merge(registers, bytes))
        return false;
    /* The registers have been read, so their bytes may go. hll_room() has made
     * room for as many as this. */
    hll->len = HLL_DENSE_SIZE;
    hll->bytes[ENCODING_AT] = DENSE;
    hll_set_all(hll->bytes, registers);
    return true;
}

static void count_run(void *context, size_t first, const struct hll_run *run) {
    struct hll_histogram *histogram = context;
    (void)first;
    histogram->registers[run->value] += (uint32_t)run->count;
}

bool hll_count(struct slice bytes, uint64_t *count) {
    struct hll_histogram histogram = {0};
    if (!hll_is_dense(bytes)) {
        if (!sparse_visit(bytes, count_run, &histogram))
            return false;
    } else {
        for (size_t i = 0; i < HLL_REGISTERS; i += 8) {
            uint64_t word = eight_registers(bytes.ptr, i);
            for (size_t k = 0; k < 8; k++, word >>= 6)
                histogram.registers[word & 0x3f]++;
        }
    }
    *count = hll_estimate(&histogram);
    return true;
}

uint64_t hll_count_registers(const uint8_t registers[static HLL_REGISTERS]) {
    struct hll_histogram histogram = {0};
    for (size_t i = 0; i < HLL_REGISTERS; i += 8) {
        uint64_t eight;
        memcpy(&eight, registers + i, sizeof eight);
        /* Most are zeros if only sparse ones were merged. Counting these one by
         * one, each addition to the one sum would wait for the one before. */
        if (eight == 0) {
            histogram.registers[0] += 8;
            continue;
        }
        for (size_t k = i; k < i + 8; k++)
            histogram.registers[registers[k] & 0x3f]++;
    }
    return hll_estimate(&histogram);
}
