/* A transfer: all data of the primary, as an RDB file that comes through the
 * connection.
 *
 *     $88\r\n  and 88 bytes
 *     $EOF:40 characters\r\n  and bytes up to these 40 characters again
 *
 * The second form is that of a primary which does not know yet how long the
 * file will be. Empty lines may stand in front. This module is given the bytes
 * and answers which of them are the file's. */
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

/* Takes the first line, without its end. Returns false if it is none. */
bool transfer_line(struct transfer *transfer, struct slice line);

/* Looks at the bytes that came and are not consumed. Sets *data to how many of
 * the first are the file's, and returns how many are consumed with that. With a
 * mark, the last few may be the beginning of it: they are left. */
size_t transfer_take(struct transfer *transfer, struct slice bytes,
                     size_t *data);

#endif
