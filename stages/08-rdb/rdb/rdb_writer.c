#include "rdb_writer.h"

#include <stdlib.h>
#include <string.h>

#include "crc64.h"
#include "file_replace.h"
#include "lzf.h"
#include "number.h"
#include "rdb_format.h"
#include "xalloc.h"

enum {
    BUFFER = 65536,   /* bytes that are collected for a file */
    PACK_LEAST = 21,  /* shorter strings are not worth packing */
    INTEGER_TEXT = 11 /* bytes of the longest integer of 32 bits */
};

void rdb_writer_to_file(struct rdb_writer *writer, int fd) {
    *writer = (struct rdb_writer){
        .fd = fd, .bytes = xmalloc(BUFFER), .room = BUFFER, .checksum = true};
}

void rdb_writer_to_memory(struct rdb_writer *writer) {
    *writer = (struct rdb_writer){.fd = -1, .checksum = true};
}

void rdb_writer_free(struct rdb_writer *writer) {
    free(writer->bytes);
    free(writer->packed);
    *writer = (struct rdb_writer){.fd = -1};
}

static void write_out(struct rdb_writer *writer, const uint8_t *bytes,
                      size_t len) {
    if (writer->checksum)
        writer->crc = crc64(writer->crc, bytes, len);
    if (writer->error == 0)
        writer->error = file_write_all(writer->fd, bytes, len);
    if (writer->sync)
        file_sync_some(writer->fd, &writer->unsynced, len);
}

static void flush(struct rdb_writer *writer) {
    write_out(writer, writer->bytes, writer->used);
    writer->used = 0;
}

static void grow(struct rdb_writer *writer, size_t len) {
    /* This cannot overflow: both sizes are those of bytes in memory. */
    writer->room = writer->room * 2 + len;
    writer->bytes = xrealloc(writer->bytes, writer->room);
}

int rdb_writer_finish(struct rdb_writer *writer) {
    if (writer->fd >= 0)
        flush(writer);
    return writer->error;
}

uint64_t rdb_writer_crc(struct rdb_writer *writer) {
    return crc64(writer->crc, writer->bytes, writer->used);
}

void rdb_write(struct rdb_writer *writer, const void *bytes, size_t len) {
    if (len == 0)
        return;
    if (writer->room - writer->used < len) {
        if (writer->fd < 0)
            grow(writer, len);
        else
            flush(writer);
    }
    if (writer->room < len) { /* too large to be collected for a file */
        write_out(writer, bytes, len);
        return;
    }
    memcpy(writer->bytes + writer->used, bytes, len);
    writer->used += len;
}

void rdb_write_byte(struct rdb_writer *writer, unsigned byte) {
    uint8_t value = (uint8_t)byte;
    rdb_write(writer, &value, 1);
}

static void write_little(struct rdb_writer *writer, uint64_t value,
                         size_t size) {
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    rdb_write(writer, bytes, size);
}

static void write_big(struct rdb_writer *writer, uint64_t value, size_t size) {
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    rdb_write(writer, bytes, size);
}

void rdb_write_u64(struct rdb_writer *writer, uint64_t value) {
    write_little(writer, value, 8);
}

void rdb_write_double(struct rdb_writer *writer, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    rdb_write_u64(writer, bits);
}

void rdb_write_length(struct rdb_writer *writer, uint64_t length) {
    if (length < 1 << 6) {
        rdb_write_byte(writer, (unsigned)length);
    } else if (length < 1 << 14) { /* the first two bits are 01 */
        write_big(writer, length | 1 << 14, 2);
    } else if (length <= UINT32_MAX) {
        rdb_write_byte(writer, 0x80);
        write_big(writer, length, 4);
    } else {
        rdb_write_byte(writer, 0x81);
        write_big(writer, length, 8);
    }
}

/* Strings. */

/* Writes an integer in the shortest form that strings have for integers.
 * Returns false if it needs more than 32 bits. */
static bool write_as_integer(struct rdb_writer *writer, int64_t value) {
    unsigned form;
    if (value == (int8_t)value)
        form = RDB_STRING_I8;
    else if (value == (int16_t)value)
        form = RDB_STRING_I16;
    else if (value == (int32_t)value)
        form = RDB_STRING_I32;
    else
        return false;
    rdb_write_byte(writer, 0xc0 | form);
    /* The numbers of the forms, 0, 1 and 2, give 1, 2 and 4 bytes. */
    write_little(writer, (uint64_t)value, (size_t)1 << form);
    return true;
}

/* Writes a string packed, if that is on and saves at least four bytes. Returns
 * false otherwise. */
static bool write_packed(struct rdb_writer *writer, struct slice bytes) {
    if (!writer->compress || bytes.len < PACK_LEAST)
        return false;
    size_t room = bytes.len - 4;
    if (writer->packed_room < room) {
        writer->packed = xrealloc(writer->packed, room);
        writer->packed_room = room;
    }
    size_t len = lzf_pack(bytes.ptr, bytes.len, writer->packed, room);
    if (len == 0)
        return false;
    rdb_write_byte(writer, 0xc0 | RDB_STRING_LZF);
    rdb_write_length(writer, len);
    rdb_write_length(writer, bytes.len);
    rdb_write(writer, writer->packed, len);
    return true;
}

void rdb_write_string(struct rdb_writer *writer, struct slice bytes) {
    int64_t integer;
    /* parse_i64() takes only the one spelling that a reader will give back, so
     * "007" and "+7" stay texts. */
    if (bytes.len <= INTEGER_TEXT &&
        parse_i64(bytes.ptr, bytes.len, &integer) &&
        write_as_integer(writer, integer))
        return;
    if (write_packed(writer, bytes))
        return;
    rdb_write_length(writer, bytes.len);
    rdb_write(writer, bytes.ptr, bytes.len);
}

void rdb_write_integer(struct rdb_writer *writer, int64_t value) {
    if (write_as_integer(writer, value))
        return;
    char digits[NUMBER_I64_MAX_TEXT];
    size_t len = format_i64(digits, value);
    rdb_write_length(writer, len);
    rdb_write(writer, digits, len);
}

void rdb_write_aux(struct rdb_writer *writer, const char *name,
                   const char *value) {
    rdb_write_byte(writer, RDB_AUX);
    rdb_write_string(writer, slice_of(name));
    rdb_write_string(writer, slice_of(value));
}

void rdb_write_aux_number(struct rdb_writer *writer, const char *name,
                          int64_t value) {
    rdb_write_byte(writer, RDB_AUX);
    rdb_write_string(writer, slice_of(name));
    rdb_write_integer(writer, value);
}
