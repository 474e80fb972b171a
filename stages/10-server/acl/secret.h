/* Passwords in the configuration: any bytes, a zero byte among them, since what
 * is compared in the end are the bytes that a client sends. An empty one is
 * none. */
#ifndef SECRET_H
#define SECRET_H

#include <stddef.h>

#include "buf.h"
#include "slice.h"

/* As a setting is set. Returns NULL, or what is wrong. */
const char *secret_set(struct buf *secret, const struct slice *words,
                       size_t count);

/* Its bytes; ptr is NULL if there are none. */
struct slice secret_bytes(const struct buf *secret);

/* As a setting is shown. */
void secret_get(const struct buf *secret, struct buf *out);

#endif
