/* Protected mode: without a password, clients of other machines are denied. */
#ifndef PROTECTED_H
#define PROTECTED_H

#include <stdbool.h>

/* Whether the other end of a connection is one of those. */
bool protected_from(int fd);

#endif
