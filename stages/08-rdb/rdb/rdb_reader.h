/* Reads the bytes of an RDB, all of which are in memory: a file is mapped.
 *
 * Whatever the bytes are, nothing outside of them is read, and no more memory
 * is asked for than they can fill. The first thing that is wrong is kept, with
 * its offset; from then on every call returns false.
 *
 * A file is more than its worst value: one that old servers wrote with a count
 * that is not right, where counting anew tells the right one, is read if mends
 * is set after rdb_reader_init(). */
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

/* Says that what began at this offset is wrong. Returns false. */
bool rdb_wrong(struct rdb_reader *reader, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same of something good that only other servers have. */
bool rdb_foreign(struct rdb_reader *reader, size_t at, const char *what);

/* The next bytes, as they lie in memory. */
bool rdb_read(struct rdb_reader *reader, size_t len, const uint8_t **bytes);
bool rdb_read_byte(struct rdb_reader *reader, unsigned *byte);
/* A number of that many bytes, the low ones first. */
bool rdb_read_number(struct rdb_reader *reader, size_t size, uint64_t *value);
bool rdb_read_u64(struct rdb_reader *reader, uint64_t *value);
bool rdb_read_double(struct rdb_reader *reader, double *value);
/* A length; a form of a string in its place is wrong. */
bool rdb_read_length(struct rdb_reader *reader, uint64_t *length);
/* The head of a string: a length, or one of the forms in rdb_format.h. */
bool rdb_read_head(struct rdb_reader *reader, uint64_t *length, bool *is_form);
/* A count of things that take at least that many bytes each. A count is wrong
 * if the rest of the bytes cannot hold that many. */
bool rdb_read_count(struct rdb_reader *reader, size_t each, size_t *count);

/* The longest string: more than any client can have sent and than any packed
 * block has, and so little that lengths of 32 bits have room for what stands
 * around it. (A block of a stream may hold an entry of a GiB, and its lengths.)
 */
#define RDB_STRING_MOST ((size_t)3 << 29)

/* A string. The text points into the bytes, or to what this struct holds: an
 * integer's digits, or a buffer with what was unpacked, which is used again and
 * again. All zeros is a fresh one. */
struct rdb_string {
    struct slice text;
    char digits[NUMBER_I64_MAX_TEXT];
    char *unpacked;
    size_t room;
};

bool rdb_read_string(struct rdb_reader *reader, struct rdb_string *string);
void rdb_string_free(struct rdb_string *string);

#endif
