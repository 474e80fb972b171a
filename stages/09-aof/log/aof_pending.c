#include "aof_pending.h"

#include "buf.h"
#include "buf_slice.h"
#include "propagate.h"

static struct buf pending;

void aof_pending_next_file(void) {
    propagate_select_again();
}

void aof_pending_add(struct slice bytes) {
    buf_append(&pending, bytes.ptr, bytes.len);
}

struct slice aof_pending_bytes(void) {
    return buf_slice(&pending);
}

size_t aof_pending_len(void) {
    return buf_len(&pending);
}

void aof_pending_drop(size_t len) {
    buf_consume(&pending, len);
}
