#include "secret.h"

#include "buf_slice.h"

const char *secret_set(struct buf *secret, const struct slice *words,
                       size_t count) {
    if (count != 1)
        return "wrong number of arguments";
    buf_free(secret);
    if (words[0].len > 0)
        buf_append(secret, words[0].ptr, words[0].len);
    return NULL;
}

struct slice secret_bytes(const struct buf *secret) {
    return buf_slice(secret);
}

void secret_get(const struct buf *secret, struct buf *out) {
    struct slice bytes = secret_bytes(secret);
    if (bytes.len > 0)
        buf_append(out, bytes.ptr, bytes.len);
}
