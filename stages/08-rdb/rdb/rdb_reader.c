#include "rdb_reader.h"

#include <stdarg.h>
#include <stdio.h>

/* The first two bits of a length say which form it has. */
enum { SHORT, LONGER, LONG, FORM };
enum { LENGTH_32 = 0x80, LENGTH_64 = 0x81, LOW_BITS = 0x3f };

void rdb_reader_init(struct rdb_reader *reader, const void *bytes, size_t len) {
    *reader = (struct rdb_reader){.bytes = bytes, .len = len};
}

bool rdb_wrong(struct rdb_reader *reader, size_t at, const char *format, ...) {
    /* What goes wrong after the first error mostly follows from it. */
    if (reader->wrong)
        return false;
    reader->wrong = true;
    reader->wrong_at = at;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reader->reason, sizeof reader->reason, format, arguments);
    va_end(arguments);
    return false;
}

bool rdb_foreign(struct rdb_reader *reader, size_t at, const char *what) {
    reader->foreign = !reader->wrong;
    return rdb_wrong(reader, at, "%s", what);
}

bool rdb_read(struct rdb_reader *reader, size_t len, const uint8_t **bytes) {
    size_t left = reader->len - reader->at;
    if (reader->wrong)
        return false;
    if (len > left) {
        (void)rdb_wrong(reader, reader->at,
                        "%zu bytes are due, and %zu are left", len, left);
        return false;
    }
    *bytes = reader->bytes + reader->at;
    reader->at += len;
    return true;
}

bool rdb_read_byte(struct rdb_reader *reader, unsigned *byte) {
    const uint8_t *bytes;
    if (!rdb_read(reader, 1, &bytes))
        return false;
    *byte = *bytes;
    return true;
}

bool rdb_read_number(struct rdb_reader *reader, size_t size, uint64_t *value) {
    const uint8_t *bytes;
    if (!rdb_read(reader, size, &bytes))
        return false;
    *value = 0;
    for (size_t i = size; i-- > 0;)
        *value = *value << 8 | bytes[i];
    return true;
}

bool rdb_read_u64(struct rdb_reader *reader, uint64_t *value) {
    return rdb_read_number(reader, sizeof *value, value);
}

bool rdb_read_double(struct rdb_reader *reader, double *value) {
    uint64_t bits;
    if (!rdb_read_u64(reader, &bits))
        return false;
    memcpy(value, &bits, sizeof *value);
    return true;
}

/* Reads a number of size bytes, the highest first. */
static bool read_high_first(struct rdb_reader *reader, size_t size,
                            uint64_t *value) {
    const uint8_t *bytes;
    if (!rdb_read(reader, size, &bytes))
        return false;
    *value = 0;
    for (size_t i = 0; i < size; i++)
        *value = *value << 8 | bytes[i];
    return true;
}

bool rdb_read_head(struct rdb_reader *reader, uint64_t *length, bool *is_form) {
    size_t at = reader->at;
    unsigned first, second;
    *is_form = false;
    if (!rdb_read_byte(reader, &first))
        return false;
    *length = first & LOW_BITS;
    switch (first >> 6) {
    case SHORT: return true;
    case LONGER:
        if (!rdb_read_byte(reader, &second))
            return false;
        *length = *length << 8 | second;
        return true;
    case FORM: *is_form = true; return true;
    default: break;
    }
    /* Of the first bytes that begin with 10 only two have a meaning. */
    if (first == LENGTH_32 || first == LENGTH_64)
        return read_high_first(reader, first == LENGTH_32 ? 4 : 8, length);
    return rdb_wrong(reader, at, "no length begins with 0x%02x", first);
}

bool rdb_read_length(struct rdb_reader *reader, uint64_t *length) {
    size_t at = reader->at;
    bool is_form;
    if (!rdb_read_head(reader, length, &is_form))
        return false;
    if (is_form)
        return rdb_wrong(reader, at,
                         "a string's form %u is where a length is due",
                         (unsigned)*length);
    return true;
}

bool rdb_read_count(struct rdb_reader *reader, size_t each, size_t *count) {
    size_t at = reader->at;
    uint64_t length;
    if (!rdb_read_length(reader, &length))
        return false;
    size_t left = reader->len - reader->at;
    /* Dividing cannot overflow. A caller may now allocate for that many: the
     * memory is bounded by the size of the file. */
    if (length > left / each)
        return rdb_wrong(reader, at,
                         "%llu of at least %zu bytes do not fit in %zu bytes",
                         (unsigned long long)length, each, left);
    *count = (size_t)length;
    return true;
}
