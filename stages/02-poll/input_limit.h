/* The limit of input. A client that exceeds it is closed. */
#ifndef INPUT_LIMIT_H
#define INPUT_LIMIT_H

#include "conn.h"

enum { INPUT_LIMIT = 1 << 30 }; /* bytes of one unfinished request */

/* Returns true if a connection holds more than it may. */
static inline bool input_too_long(const struct conn *conn) {
    return buf_len(&conn->in) > INPUT_LIMIT;
}

#endif
