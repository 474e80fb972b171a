/* Random numbers. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills a secret with bytes from the system, which nobody can guess. */
void random_secret(void *out, size_t len);

/* 64 bits, each as likely set as not. For choices among keys and members: they
 * cost little, and are no secret. */
uint64_t random_bits(void);

#endif
