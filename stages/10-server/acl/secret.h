/* Passwords in the configuration. They may have any bytes, zero bytes included,
 * because they are compared with the bytes that a client sends. An empty one
 * means that there is no password. */
#ifndef SECRET_H
#define SECRET_H

#include <stddef.h>

#include "buf.h"
#include "slice.h"

/* Sets the value of a setting. Returns NULL, or what is wrong. */
const char *secret_set(struct buf *secret, const struct slice *words,
                       size_t count);

/* Returns its bytes; ptr is NULL if there is no password. */
struct slice secret_bytes(const struct buf *secret);

/* Appends the value of a setting. */
void secret_get(const struct buf *secret, struct buf *out);

#endif
