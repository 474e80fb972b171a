/* The limit of input, client-query-buffer-limit: who exceeds it is closed. What
 * a transaction has queued is input that has not been used up. */
#ifndef INPUT_LIMIT_H
#define INPUT_LIMIT_H

#include "conn.h"

extern int64_t input_limit; /* bytes */

/* Returns true, after a word in the log, if a connection holds more than it
 * may. */
bool input_too_long(const struct conn *conn);

/* The number of connections of which that was said. */
uint64_t input_limit_exceeded(void);

#endif
