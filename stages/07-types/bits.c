#include "bits.h"

#include <endian.h>

/* The sum of the eight bytes of a word, each at most 255. */
static uint64_t sum_of_bytes(uint64_t word) {
    const uint64_t low_halves = 0x00ff00ff00ff00ffU;
    word = (word & low_halves) + (word >> 8 & low_halves);
    return word * 0x0001000100010001U >> 48;
}

/* How many bits each byte of a word has, in its place. */
static uint64_t counts_of_bytes(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555U;
    word = (word & 0x3333333333333333U) + (word >> 2 & 0x3333333333333333U);
    return (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fU;
}

/* Counts in words, and adds up the bytes of so many counts as never overflow
 * one: 31 times 8 is 248. */
static uint64_t count_words(const char *bytes, size_t words) {
    enum { TOGETHER = 31 };
    uint64_t total = 0;
    while (words > 0) {
        size_t now = words < TOGETHER ? words : TOGETHER;
        uint64_t counts = 0;
        for (size_t i = 0; i < now; i++) {
            uint64_t word;
            memcpy(&word, bytes + i * 8, 8);
            counts += counts_of_bytes(word);
        }
        total += sum_of_bytes(counts);
        bytes += now * 8;
        words -= now;
    }
    return total;
}

static uint64_t count_bytes(const char *bytes, size_t len) {
    uint64_t rest = 0;
    if (len % 8 > 0)
        memcpy(&rest, bytes + len - len % 8, len % 8);
    return count_words(bytes, len / 8) + sum_of_bytes(counts_of_bytes(rest));
}

uint64_t bits_count(const char *bytes, uint64_t from, uint64_t end) {
    if (from >= end)
        return 0;
    size_t first = from / 8, last = (end - 1) / 8;
    unsigned before = (unsigned char)bytes[first] & ~(0xffU >> from % 8);
    unsigned behind = (unsigned char)bytes[last] & (0x7fU >> (end - 1) % 8);
    return count_bytes(bytes + first, last - first + 1) -
           sum_of_bytes(counts_of_bytes(before)) -
           sum_of_bytes(counts_of_bytes(behind));
}

/* Up to eight bytes, the first one highest, and zeros where there are fewer. */
static uint64_t word_at(const char *bytes, size_t len) {
    uint64_t word = 0;
    if (len >= 8)
        memcpy(&word, bytes, 8);
    else
        memcpy(&word, bytes, len);
    return be64toh(word);
}

uint64_t bits_find(const char *bytes, uint64_t from, uint64_t end, bool bit) {
    if (from >= end)
        return end;
    size_t len = (size_t)((end + 7) / 8);
    uint64_t mask = UINT64_MAX >> from % 8;
    for (size_t at = from / 8; at < len; at += 8) {
        uint64_t word = word_at(bytes + at, len - at);
        /* Zeros behind the last byte are found too, but are not before end. */
        word = (bit ? word : ~word) & mask;
        mask = UINT64_MAX;
        if (word != 0) {
            uint64_t place = at * 8 + (uint64_t)__builtin_clzll(word);
            return place < end ? place : end;
        }
    }
    return end;
}

static void combine_and(char *out, const char *in, size_t len) {
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(out[i] & in[i]);
}

static void combine_or(char *out, const char *in, size_t len) {
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(out[i] | in[i]);
}

static void combine_xor(char *out, const char *in, size_t len) {
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(out[i] ^ in[i]);
}

static void combine_not(char *out, const char *in, size_t len) {
    for (size_t i = 0; i < len; i++)
        out[i] = (char)~in[i];
}

void bits_combine(char *out, size_t len, enum bits_operation operation,
                  struct slice source) {
    static void (*const combine[])(char *, const char *, size_t) = {
        [BITS_AND] = combine_and,
        [BITS_OR] = combine_or,
        [BITS_XOR] = combine_xor,
        [BITS_NOT] = combine_not,
    };
    size_t both = source.len < len ? source.len : len;
    combine[operation](out, source.ptr, both);
    if (both == len)
        return;
    if (operation == BITS_AND)
        memset(out + both, 0, len - both);
    else if (operation == BITS_NOT)
        memset(out + both, 0xff, len - both);
}
