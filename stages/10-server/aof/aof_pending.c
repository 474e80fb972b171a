/* The bytes that wait, with lines between the commands that tell the time or
 * the checksum of what is written at once. */
#include "aof_pending.h"

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "aof_block.h"
#include "aof_format.h"
#include "aof_time.h"
#include "buf.h"
#include "buf_slice.h"
#include "propagate.h"

static struct buf pending;
static bool block_open; /* its last block gets more commands */
static size_t block_at; /* where in pending that block begins */
static int64_t told_s;  /* the second that the file was last told; or 0 */

/* With aof-checksums each write is a block. This leaves room for the block's
 * first line, which cannot be written before the block is complete. */
static void begin_block(void) {
    if (block_open || !aof_format.checksums)
        return;
    block_open = true;
    block_at = buf_len(&pending);
    (void)buf_reserve(&pending, AOF_BLOCK_LINE);
    buf_commit(&pending, AOF_BLOCK_LINE);
}

/* Completes the block. It stays the same from here on, however often it has to
 * be written. */
static void end_block(void) {
    if (!block_open)
        return;
    char *line = buf_bytes(&pending) + block_at;
    size_t len = buf_len(&pending) - block_at - AOF_BLOCK_LINE;
    aof_block_line(line, line + AOF_BLOCK_LINE, len);
    block_open = false;
}

void aof_pending_next_file(void) {
    end_block();
    propagate_select_again();
    told_s = 0;
}

void aof_pending_add(struct slice bytes) {
    begin_block();
    if (aof_format.timestamps && bytes.len > 0)
        told_s = aof_time_line(&pending, told_s);
    buf_append(&pending, bytes.ptr, bytes.len);
}

struct slice aof_pending_bytes(void) {
    end_block();
    if (aof_format.sleep_us > 0 && buf_len(&pending) > 0)
        usleep((useconds_t)aof_format.sleep_us);
    return buf_slice(&pending);
}

size_t aof_pending_len(void) {
    return buf_len(&pending);
}

void aof_pending_drop(size_t len) {
    end_block();
    buf_consume(&pending, len);
}
