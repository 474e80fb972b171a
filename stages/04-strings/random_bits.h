/* Random numbers for choices among keys and members; not for secrets. */
#ifndef RANDOM_BITS_H
#define RANDOM_BITS_H

#include <stdint.h>

/* 64 bits, each as likely set as not. */
uint64_t random_bits(void);

#endif
