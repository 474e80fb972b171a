/* Reads strings of an RDB, in all their forms. */
#include <stdlib.h>

#include "lzf.h"
#include "rdb_format.h"
#include "rdb_reader.h"
#include "xalloc.h"

/* Reads an integer of 1, 2 or 4 bytes that stands for its text. */
static bool read_integer(struct rdb_reader *reader, unsigned form,
                         int64_t *value) {
    uint64_t bits;
    size_t size = (size_t)1 << (form - RDB_STRING_I8);
    if (!rdb_read_number(reader, size, &bits))
        return false;
    /* Extends the sign: flipping its bit and subtracting it again leaves small
     * numbers as they are and makes the others negative. */
    int64_t sign = INT64_C(1) << (8 * size - 1);
    *value = ((int64_t)bits ^ sign) - sign;
    return true;
}

static bool is_short(struct rdb_reader *reader, size_t at, uint64_t len) {
    if (len <= RDB_STRING_MOST)
        return true;
    return rdb_wrong(reader, at, "a string of %llu bytes is too long",
                     (unsigned long long)len);
}

/* Reads the two lengths of a packed string, and finds its bytes. */
static bool read_packed(struct rdb_reader *reader, const uint8_t **bytes,
                        uint64_t *packed, uint64_t *len) {
    size_t at = reader->at;
    if (!rdb_read_length(reader, packed) || !rdb_read_length(reader, len) ||
        !is_short(reader, at, *len) || !is_short(reader, at, *packed) ||
        !rdb_read(reader, (size_t)*packed, bytes))
        return false;
    /* A few bytes must not make us allocate a gigabyte. */
    if (*len == 0 || *len > *packed * LZF_RATIO_MOST)
        return rdb_wrong(reader, at, "%llu bytes cannot be packed into %llu",
                         (unsigned long long)*len, (unsigned long long)*packed);
    return true;
}

/* Makes room for len bytes. The bytes held before are lost. */
static void make_room(struct rdb_string *string, size_t len) {
    if (string->room >= len)
        return;
    free(string->unpacked); /* realloc would copy what is not needed */
    string->room = len;
    string->unpacked = xmalloc(len);
}

static bool unpack(struct rdb_reader *reader, struct rdb_string *string) {
    const uint8_t *bytes;
    uint64_t packed, len;
    if (!read_packed(reader, &bytes, &packed, &len))
        return false;
    make_room(string, (size_t)len);
    size_t wrong =
        lzf_unpack(bytes, (size_t)packed, string->unpacked, (size_t)len);
    if (wrong > 0)
        return rdb_wrong(reader, (size_t)(bytes - reader->bytes) + wrong - 1,
                         "what is packed here does not make %llu bytes",
                         (unsigned long long)len);
    string->text = (struct slice){string->unpacked, (size_t)len};
    return true;
}

static bool read_form(struct rdb_reader *reader, size_t at, unsigned form,
                      struct rdb_string *string) {
    int64_t value;
    if (form == RDB_STRING_LZF)
        return unpack(reader, string);
    if (form > RDB_STRING_LZF)
        return rdb_wrong(reader, at, "there is no form %u of a string", form);
    if (!read_integer(reader, form, &value))
        return false;
    string->text =
        (struct slice){string->digits, format_i64(string->digits, value)};
    return true;
}

bool rdb_read_string(struct rdb_reader *reader, struct rdb_string *string) {
    size_t at = reader->at;
    uint64_t len;
    bool is_form;
    const uint8_t *bytes;
    if (!rdb_read_head(reader, &len, &is_form))
        return false;
    if (is_form)
        return read_form(reader, at, (unsigned)len, string);
    if (!is_short(reader, at, len) || !rdb_read(reader, (size_t)len, &bytes))
        return false;
    string->text = (struct slice){(char *)bytes, (size_t)len};
    return true;
}

void rdb_string_free(struct rdb_string *string) {
    free(string->unpacked);
    *string = (struct rdb_string){0};
}
