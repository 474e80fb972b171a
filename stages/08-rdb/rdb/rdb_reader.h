/* Reads the bytes of an RDB, which are all in memory: a file is mapped.
 *
 * Whatever the bytes are, nothing outside of them is read, and no more memory
 * is allocated than they can fill. The first error is kept, with its offset,
 * and from then on every call returns false.
 *
 * If mends is set after rdb_reader_init(), a value that old servers wrote with
 * a wrong count is read all the same, where the right one can be counted: one
 * bad value is no reason to lose a file. */
#ifndef RDB_READER_H
#define RDB_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "number.h"
#include "slice.h"

enum { RDB_REASON_SIZE = 160 };

struct rdb_reader {
    const uint8_t *bytes; /* the first */
    size_t at, len;
    bool mends;      /* counts that are not right are put right */
    uint64_t mended; /* how many were */
    bool wrong;
    bool
        foreign; /* what is wrong is no damage: this server has no such thing */
    size_t wrong_at; /* offset of what is wrong */
    char reason[RDB_REASON_SIZE];
};

void rdb_reader_init(struct rdb_reader *reader, const void *bytes, size_t len);

/* Records that what began at this offset is wrong. Returns false. */
bool rdb_wrong(struct rdb_reader *reader, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for something valid that only other servers have. */
bool rdb_foreign(struct rdb_reader *reader, size_t at, const char *what);

/* Gives the next bytes where they lie in memory. */
bool rdb_read(struct rdb_reader *reader, size_t len, const uint8_t **bytes);
bool rdb_read_byte(struct rdb_reader *reader, unsigned *byte);
/* Reads a number of that many bytes, little-endian. */
bool rdb_read_number(struct rdb_reader *reader, size_t size, uint64_t *value);
bool rdb_read_u64(struct rdb_reader *reader, uint64_t *value);
bool rdb_read_double(struct rdb_reader *reader, double *value);
/* Reads a length. A special form of a string in its place is an error. */
bool rdb_read_length(struct rdb_reader *reader, uint64_t *length);
/* Reads the head of a string: a length, or one of the forms in rdb_format.h. */
bool rdb_read_head(struct rdb_reader *reader, uint64_t *length, bool *is_form);
/* Reads a count of items that take at least that many bytes each. The count is
 * an error if the remaining bytes cannot hold that many. */
bool rdb_read_count(struct rdb_reader *reader, size_t each, size_t *count);

/* The longest string. No client can have sent a longer one, and no packed block
 * is longer, while lengths of 32 bits still have room for what surrounds it. (A
 * block of a stream may hold an entry of a GiB, and its lengths.) */
#define RDB_STRING_MOST ((size_t)3 << 29)

/* A string. The text points into the bytes of the file, or to what this struct
 * holds: the digits of an integer, or a buffer for unpacked bytes, which is
 * used again. One that is all zeros is ready for use. */
struct rdb_string {
    struct slice text;
    char digits[NUMBER_I64_MAX_TEXT];
    char *unpacked;
    size_t room;
};

bool rdb_read_string(struct rdb_reader *reader, struct rdb_string *string);
void rdb_string_free(struct rdb_string *string);

#endif
