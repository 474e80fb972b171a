#include "shared.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

static size_t memory;

struct shared *shared_new(const void *bytes, size_t len) {
    struct shared *shared = xmalloc(sizeof *shared + len);
    shared->references = 1;
    shared->len = len;
    if (len > 0)
        memcpy(shared->bytes, bytes, len);
    memory += sizeof *shared + len;
    return shared;
}

void shared_hold(struct shared *shared) {
    shared->references++;
}

void shared_release(struct shared *shared) {
    if (--shared->references > 0)
        return;
    memory -= sizeof *shared + shared->len;
    free(shared);
}

size_t shared_memory(void) {
    return memory;
}
