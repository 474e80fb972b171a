/* The limit of input, client-query-buffer-limit. A client that exceeds it is
 * closed. The queue of a transaction counts as input that has not been used. */
#ifndef INPUT_LIMIT_H
#define INPUT_LIMIT_H

#include "conn.h"

extern int64_t input_limit; /* bytes */

/* Returns true, after a line in the log, if a connection holds more input than
 * it may. */
bool input_too_long(const struct conn *conn);

#endif
