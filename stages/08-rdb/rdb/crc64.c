#include "crc64.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

enum { STEP = 8 };

/* The polynomial, with its bits in reverse order. */
#define POLYNOMIAL UINT64_C(0x95ac9329ac4bc9b5)

/* tables[0] is the classical table for one byte. tables[n] holds the effect of
 * a byte that is followed by n others. */
static uint64_t tables[STEP][256];

static void make_tables(void) {
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t crc = byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
        tables[0][byte] = crc;
    }
    /* Each zero behind a byte moves its effect on by one step of the classical
     * algorithm. */
    for (unsigned byte = 0; byte < 256; byte++)
        for (int n = 1; n < STEP; n++)
            tables[n][byte] = tables[0][tables[n - 1][byte] & 0xff] ^
                              tables[n - 1][byte] >> 8;
}

/* Reads eight bytes, the lowest first, whatever the byte order of the
 * machine. */
static inline uint64_t read_u64(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return le64toh(value);
}

uint64_t crc64(uint64_t crc, const void *bytes, size_t len) {
    static bool made;
    if (!made)
        make_tables();
    made = true;
    const uint8_t *at = bytes;
    for (; len >= STEP; len -= STEP, at += STEP) {
        /* The checksum is linear: the effects of the eight bytes, each with
         * those that follow it, are added up. */
        crc ^= read_u64(at);
        crc = tables[7][crc & 0xff] ^ tables[6][crc >> 8 & 0xff] ^
              tables[5][crc >> 16 & 0xff] ^ tables[4][crc >> 24 & 0xff] ^
              tables[3][crc >> 32 & 0xff] ^ tables[2][crc >> 40 & 0xff] ^
              tables[1][crc >> 48 & 0xff] ^ tables[0][crc >> 56];
    }
    for (; len > 0; len--, at++)
        crc = tables[0][(crc ^ *at) & 0xff] ^ crc >> 8;
    return crc;
}
