/* LZF: quick packing of bytes that repeat (the format of Marc Lehmann's
 * LibLZF).
 *
 *     000lllll bytes                  l + 1 bytes as they are
 *     lllooooo oooooooo               l + 2 bytes that stood o + 1 bytes ago
 *     111ooooo llllllll oooooooo      the same with l + 9 bytes
 */
#ifndef LZF_H
#define LZF_H

#include <stddef.h>
#include <stdint.h>

/* The largest number of bytes that one byte unpacks to. */
enum { LZF_RATIO_MOST = 264 };

/* Packs into out, which has room for that many bytes. Returns how many it took,
 * or 0 when they do not fit. */
size_t lzf_pack(const void *in, size_t len, void *out, size_t room);

/* Unpacks into exactly len bytes. Returns 0 when all went well, or the number
 * of the byte of the input, from 1, at which something is wrong: one more than
 * there are when bytes are missing. Never reads or
 * writes outside. */
size_t lzf_unpack(const void *in, size_t packed, void *out, size_t len);

#endif
