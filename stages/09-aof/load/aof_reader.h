/* Reads a file of commands, one after the other. Lines that begin with # are
 * comments, and skipped. */
#ifndef AOF_READER_H
#define AOF_READER_H

#include <stddef.h>

#include "aof_request.h"

/* The caller sets bytes and len, and all else to zeros, and frees the
 * request. */
struct aof_reader {
    char *bytes;
    size_t len;
    struct request request; /* the last command */
    const char *wrong;      /* says how it is damaged */
};

/* Reads the command at *at, and moves *at behind it; or to its beginning if it
 * is cut off or damaged. */
enum aof_parsed aof_reader_next(struct aof_reader *reader, size_t *at);

#endif
