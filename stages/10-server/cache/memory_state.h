/* A summary of where the memory is, for INFO and MEMORY. */
#ifndef MEMORY_STATE_H
#define MEMORY_STATE_H

#include <stddef.h>

/* All are bytes, except the number of keys. */
struct memory_state {
    size_t used;              /* what the allocators have given out */
    size_t active;            /* what they hold: with what is free in it */
    size_t resident;          /* what the system holds for the process */
    size_t peak, startup;     /* used at most, and before the data came */
    size_t clients, replicas; /* their buffers */
    size_t log;               /* what waits to be written to it */
    size_t backlog;           /* the newest bytes for replicas */
    size_t overhead, data;    /* all that is no data, and the rest */
    size_t keys;
};

/* Collects the figures. The caller's answer, of so many bytes, does not count:
 * it is gone when it has been sent. This walks over all clients and asks the
 * system, so it is not for every command. */
struct memory_state memory_state(size_t answer);

#endif
