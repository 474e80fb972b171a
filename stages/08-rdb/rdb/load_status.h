/* The state of a load: of a snapshot, an append-only file, or both. */
#ifndef LOAD_STATUS_H
#define LOAD_STATUS_H

#include <stdint.h>

/* The state of a load. What a failure means is decided by those who asked for
 * the load. */
enum load_status {
    LOAD_NOTHING, /* there is nothing to be loaded */
    LOAD_MORE,    /* some of it is still to come */
    LOAD_DONE,
    LOAD_FAILED /* the loader says why */
};

enum { LOAD_WRONG_SIZE = 2048 };

struct load_progress {
    uint64_t bytes, total; /* of the files */
    uint64_t keys;         /* loaded, of an RDB */
    uint64_t expired;      /* left out: their time was over */
};

#endif
