/* Figures of all clients together, for INFO and MEMORY. */
#ifndef CLIENT_SUMS_H
#define CLIENT_SUMS_H

#include <stddef.h>

struct client_sums {
    size_t normal, replicas;        /* bytes that clients take, by their kind */
    size_t most_input, most_output; /* bytes of the largest buffers */
};

/* Of few clients these are the figures of the moment. Adding up those of
 * thousands takes a while, so they are good for as long as it takes a hundred
 * times. The clients are counted as they come and go, so their number is always
 * right. */
struct client_sums client_sums(void);

#endif
