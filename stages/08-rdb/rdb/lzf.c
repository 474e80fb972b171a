#include "lzf.h"

#include <stdbool.h>
#include <string.h>

#include "lzf_run.h"

enum {
    OFFSET_MOST = 1 << 13, /* bytes that a match may lie back */
    MATCH_MOST = 264,      /* 7 + 255 + 2 bytes */
    HASH_BITS = 13
};

struct packing {
    const uint8_t *in, *in_end;
    uint8_t *out, *out_end;
    const uint8_t *literals; /* the first byte that is not written yet */
};

/* A hash of three bytes (Knuth's multiplicative one). */
static inline uint32_t hash3(const uint8_t *at) {
    uint32_t three =
        (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
    return three * 2654435761u >> (32 - HASH_BITS);
}

/* Writes the bytes between the last match and this place. Returns false if
 * there is no room for them. */
static bool write_literals(struct packing *p, const uint8_t *until) {
    while (p->literals < until) {
        size_t len = (size_t)(until - p->literals);
        len = len < LZF_LITERALS_MOST ? len : LZF_LITERALS_MOST;
        if ((size_t)(p->out_end - p->out) < len + 1)
            return false;
        *p->out++ = (uint8_t)(len - 1);
        memcpy(p->out, p->literals, len);
        p->out += len;
        p->literals += len;
    }
    return true;
}

static bool write_match(struct packing *p, size_t offset, size_t len) {
    if (p->out_end - p->out < 3)
        return false;
    size_t told = len - 2, back = offset - 1;
    uint8_t high = (uint8_t)(back >> 8);
    /* The three bits of the length hold 1 to 6. 0 marks plain bytes, and 7 says
     * that a byte with the rest follows. */
    if (told < 7) {
        *p->out++ = (uint8_t)(told << 5 | high);
    } else {
        *p->out++ = (uint8_t)(7u << 5 | high);
        *p->out++ = (uint8_t)(told - 7);
    }
    *p->out++ = (uint8_t)back;
    return true;
}

/* Compares whole words while they are equal, and then bytes. */
static size_t match_len(const uint8_t *a, const uint8_t *b,
                        const uint8_t *end) {
    size_t len = 3, most = (size_t)(end - b);
    most = most < MATCH_MOST ? most : MATCH_MOST;
    while (len + 8 <= most && memcmp(a + len, b + len, 8) == 0)
        len += 8;
    while (len < most && a[len] == b[len])
        len++;
    return len;
}

/* Returns the place to look at after this one has no match. The longer nothing
 * has matched, the larger the steps: a picture or an archive has no matches at
 * all, and would take as long as a text that can be packed. */
static const uint8_t *step_on(const struct packing *p, const uint8_t *at) {
    enum { CLOSE = 512, STEP_MOST = 16 };
    size_t step = 1 + (size_t)(at - p->literals) / CLOSE;
    size_t left = (size_t)(p->in_end - at);
    step = step < STEP_MOST ? step : STEP_MOST;
    return at + (step < left ? step : left);
}

/* The place where three bytes with a given hash were last seen. Places count
 * from the beginning of all that was ever packed. So a place that belongs to an
 * earlier input is recognized by its low number, and the table need not be
 * cleared for each input. Not safe for threads. */
static uint32_t seen[1 << HASH_BITS];
static uint32_t next_place = 1;

/* Returns the place of the first byte of an input. */
static uint32_t first_place(size_t len) {
    /* Before the numbers begin again, all places are forgotten: an old one
     * would be taken for a place in a later input. */
    if (len > UINT32_MAX - next_place) {
        memset(seen, 0, sizeof seen);
        next_place = 1;
    }
    uint32_t place = next_place;
    next_place += (uint32_t)len;
    return place;
}

size_t lzf_pack(const void *in, size_t len, void *out, size_t room) {
    if (len >= UINT32_MAX)
        return 0;
    const uint8_t *begin = in, *at = begin;
    struct packing p = {begin, begin + len, out, (uint8_t *)out + room, begin};
    uint32_t first = first_place(len);
    while (p.in_end - at >= 3) {
        uint32_t hash = hash3(at), last = seen[hash];
        seen[hash] = first + (uint32_t)(at - begin);
        /* Three bytes that were never seen have the place 0, which is below
         * that of any input. Different ones may share a hash, so they are
         * compared. */
        const uint8_t *before = last < first ? at : begin + (last - first);
        if (before == at || at - before > OFFSET_MOST ||
            memcmp(before, at, 3) != 0) {
            /* Give up as soon as the unmatched bytes alone would not fit. */
            if ((size_t)(at - p.literals) > room)
                return 0;
            at = step_on(&p, at);
            continue;
        }
        size_t match = match_len(before, at, p.in_end);
        if (!write_literals(&p, at) ||
            !write_match(&p, (size_t)(at - before), match))
            return 0;
        /* The places within the match are not noted. That misses some matches,
         * but saves a hash for each byte. */
        at += match;
        p.literals = at;
    }
    if (!write_literals(&p, p.in_end))
        return 0;
    return (size_t)(p.out - (uint8_t *)out);
}

size_t lzf_unpack(const void *in, size_t packed, void *out, size_t len) {
    const uint8_t *at = in, *end = at + packed;
    uint8_t *to = out, *to_end = to + len;
    while (at < end) {
        size_t began = (size_t)(at - (const uint8_t *)in) + 1;
        size_t room = (size_t)(to_end - to), left = (size_t)(end - at) - 1;
        size_t control = *at++;
        if (control < LZF_LITERALS_MOST) {
            size_t count = control + 1;
            if (!lzf_copy(to, room, at, left, count))
                return began;
            at += count;
            to += count;
            continue;
        }
        size_t count = control >> 5;
        size_t needed = count == 7 ? 2 : 1;
        if (left < needed)
            return began;
        if (count == 7)
            count += *at++;
        count += 2;
        size_t offset = ((control & 0x1f) << 8 | *at++) + 1;
        if ((size_t)(to - (uint8_t *)out) < offset ||
            !lzf_repeat(to, room, offset, count))
            return began;
        to += count;
    }
    return to == to_end ? 0 : packed + 1;
}
