/* Output: the bytes that wait for a peer to take them.
 *
 * A peer that does not read makes them pile up. Once more than OUTPUT_LIMIT
 * bytes wait, the output is full: the connection reads nothing more, and the
 * application stops producing. TCP's window then closes, and the peer is held
 * up, not the server. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "buf.h"

enum { OUTPUT_LIMIT = 64 << 20 }; /* bytes that may wait for a peer */

/* An output that is all zeros is empty and owns no memory. */
struct output {
    struct buf buf; /* append here, by way of conn_out() */
};

/* The number of bytes that wait. */
static inline size_t output_len(const struct output *out) {
    return buf_len(&out->buf);
}

static inline bool output_full(const struct output *out) {
    return output_len(out) > OUTPUT_LIMIT;
}

/* Sends as much as the socket takes. Returns the number of bytes, or -1 if the
 * connection is to be closed. */
ssize_t output_send(struct output *out, int fd);

/* Drops everything and frees the memory. */
void output_free(struct output *out);

#endif
