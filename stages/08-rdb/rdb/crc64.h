/* The checksum of RDB files: CRC-64 of the polynomial 0xad93d23594c935a9 that
 * Jones proposed, bits reflected, beginning with 0 and not inverted ("Jones";
 * crc64("123456789") is 0xe9c6d914c4b8d9ca). Several bytes a step, by tables
 * (Kounavis and Berry, "A systematic approach to building high performance
 * software-based CRC generators", 2005). */
#ifndef CRC64_H
#define CRC64_H

#include <stddef.h>
#include <stdint.h>

/* Returns the checksum of bytes that have the checksum crc, followed by
 * these. */
uint64_t crc64(uint64_t crc, const void *bytes, size_t len);

#endif
