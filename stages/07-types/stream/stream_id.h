/* IDs of stream entries: milliseconds since 1970, and a number within the
 * millisecond: "1526919030474-55". They only grow within a stream. */
#ifndef STREAM_ID_H
#define STREAM_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct stream_id {
    uint64_t ms, seq;
};

#define STREAM_ID_LEAST ((struct stream_id){0, 0})
#define STREAM_ID_MOST ((struct stream_id){UINT64_MAX, UINT64_MAX})

/* Room for any ID as text: two numbers of 20 digits and a dash. */
enum { STREAM_ID_MAX_TEXT = 41 };

/* Less than, equal to, or greater than 0, as a comes before b, equals it, or
 * comes after it. */
static inline int stream_id_compare(struct stream_id a, struct stream_id b) {
    if (a.ms != b.ms)
        return a.ms < b.ms ? -1 : 1;
    return (a.seq > b.seq) - (a.seq < b.seq);
}

static inline bool stream_id_is_zero(struct stream_id id) {
    return id.ms == 0 && id.seq == 0;
}

/* Steps to the next or the previous ID. Returns false if there is none. */
bool stream_id_next(struct stream_id *id);
bool stream_id_previous(struct stream_id *id);

/* Reads "ms-seq", or "ms" and then takes missing_seq. If any_seq is not NULL,
 * "ms-*" is valid too, and *any_seq says so. Returns false for anything else.
 */
bool stream_id_parse(struct slice text, uint64_t missing_seq,
                     struct stream_id *id, bool *any_seq);

/* Writes an ID and returns its length. No NUL is added. */
size_t stream_id_format(char out[static STREAM_ID_MAX_TEXT],
                        struct stream_id id);

#endif
