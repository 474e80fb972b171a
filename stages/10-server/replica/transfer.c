#include "transfer.h"

#include <string.h>

#include "number.h"

/* A length of 0 is valid: the primary's file is empty, which the load will
 * refuse. */
bool transfer_line(struct transfer *transfer, struct slice line) {
    static const char eof[] = "$EOF:";
    enum { EOF_LEN = sizeof eof - 1 };
    *transfer = (struct transfer){.begun = true};
    if (line.len == EOF_LEN + TRANSFER_MARK_LEN &&
        memcmp(line.ptr, eof, EOF_LEN) == 0) {
        transfer->has_mark = true;
        memcpy(transfer->mark, line.ptr + EOF_LEN, TRANSFER_MARK_LEN);
        return true;
    }
    return line.len > 1 && line.ptr[0] == '$' &&
           parse_i64(line.ptr + 1, line.len - 1, &transfer->total) &&
           transfer->total >= 0;
}

/* The bytes that are not consumed come again with more behind them, so a mark
 * that was split is found then. */
static size_t take_up_to_mark(struct transfer *transfer, struct slice bytes,
                              size_t *data) {
    const char *mark =
        memmem(bytes.ptr, bytes.len, transfer->mark, sizeof transfer->mark);
    if (mark != NULL) {
        transfer->done = true;
        *data = (size_t)(mark - bytes.ptr);
        return *data + sizeof transfer->mark;
    }
    /* All bytes but the last few, which may be the beginning of the mark. */
    size_t kept = TRANSFER_MARK_LEN - 1;
    *data = bytes.len > kept ? bytes.len - kept : 0;
    return *data;
}

/* What comes behind the length is the stream, and is left to it. */
static size_t take_length(struct transfer *transfer, struct slice bytes,
                          size_t *data) {
    uint64_t left = (uint64_t)(transfer->total - transfer->received);
    *data = bytes.len < left ? bytes.len : (size_t)left;
    transfer->done = *data == left;
    return *data;
}

size_t transfer_take(struct transfer *transfer, struct slice bytes,
                     size_t *data) {
    size_t used = transfer->has_mark ? take_up_to_mark(transfer, bytes, data)
                                     : take_length(transfer, bytes, data);
    transfer->received += (int64_t)*data;
    return used;
}
