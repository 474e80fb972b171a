#include <string.h>

#include "lzf.h"

size_t lzf_unpack(const void *in, size_t packed, void *out, size_t len) {
    const uint8_t *at = in, *end = at + packed;
    uint8_t *to = out, *to_end = to + len;
    while (at < end) {
        size_t began = (size_t)(at - (const uint8_t *)in) + 1;
        size_t room = (size_t)(to_end - to), left = (size_t)(end - at) - 1;
        size_t control = *at++;
        if (control < LZF_LITERALS_MOST) {
            size_t count = control + 1;
            if (left < count || room < count)
                return began;
            memcpy(to, at, count);
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
        if ((size_t)(to - (uint8_t *)out) < offset || room < count)
            return began;
        /* Byte by byte: if they overlap with the copy, they are repeated. */
        for (; count > 0; count--, to++)
            *to = *(to - offset);
    }
    return to == to_end ? 0 : packed + 1;
}
