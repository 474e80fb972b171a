/* The bytes of a buffer, for those who take a slice. */
#ifndef BUF_SLICE_H
#define BUF_SLICE_H

#include "buf.h"
#include "slice.h"

/* The buffer may be empty. The slice is good until it changes. */
static inline struct slice buf_slice(const struct buf *buf) {
    size_t len = buf_len(buf);
    return (struct slice){len > 0 ? buf_bytes(buf) : NULL, len};
}

#endif
