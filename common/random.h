/* Random numbers. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills out with random bytes from the system, which nobody can guess. Aborts
 * if the system has none. */
void random_secret(void *out, size_t len);

/* Returns 64 random bits. They cost little and are no secret: they serve to
 * choose among keys and members. */
uint64_t random_bits(void);

#endif
