/* A transfer: all data of the primary, as an RDB file within the connection.
 *
 *     $88\r\n  and 88 bytes
 *     $EOF:40 characters\r\n  and bytes up to these 40 characters again
 *
 * A primary uses the second form if it does not know yet how long the file will
 * be. Empty lines may come before it. This module takes bytes and says which of
 * them belong to the file. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum { TRANSFER_MARK_LEN = 40 };

struct transfer {
    bool begun;    /* the first line has come */
    bool has_mark; /* it named a mark, and no length */
    bool done;     /* all of it has come */
    char mark[TRANSFER_MARK_LEN];
    int64_t total, received; /* bytes of the file; total is 0 with a mark */
};

/* Takes the first line, without its end. Returns false if it is not valid. */
bool transfer_line(struct transfer *transfer, struct slice line);

/* Looks at the bytes that have come and are not consumed. Sets *data to how
 * many of them, from the start, belong to the file, and returns how many are
 * consumed with these. In the second form the last few may be the beginning of
 * the mark; they are not consumed. */
size_t transfer_take(struct transfer *transfer, struct slice bytes,
                     size_t *data);

#endif
