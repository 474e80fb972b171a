/* LZF: fast compression of repeated bytes (the format of Marc Lehmann's
 * LibLZF).
 *
 *     000lllll bytes                  l + 1 bytes as they are
 *     lllooooo oooooooo               l + 2 bytes that stood o + 1 bytes ago
 *     111ooooo llllllll oooooooo      the same with l + 9 bytes */
#ifndef LZF_H
#define LZF_H

#include <stddef.h>
#include <stdint.h>

enum {
    LZF_LITERALS_MOST = 32, /* plain bytes behind one control byte */
    LZF_RATIO_MOST = 264    /* bytes into which one byte can unpack */
};

/* Packs into out, which has room for that many bytes. Returns how many bytes
 * were written, or 0 if they do not fit. */
size_t lzf_pack(const void *in, size_t len, void *out, size_t room);

/* Unpacks into exactly len bytes. Returns 0 on success, or the position in the
 * input, from 1, at which something is wrong; that is one after the end if
 * bytes are missing. Never reads or writes outside. */
size_t lzf_unpack(const void *in, size_t packed, void *out, size_t len);

#endif
