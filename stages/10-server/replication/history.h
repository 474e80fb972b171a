/* The replication history, in which the data are one moment.
 *
 * All changes of the data, one after the other, as the bytes of requests, are a
 * history. It has an id, and its bytes are counted. Two servers with the same
 * id and the same offset have the same data, and one that is behind needs only
 * the bytes in between.
 *
 *     id 8e2f...           |---------------------------------> offset 4711
 *
 *     promoted at 4711:    second_id 8e2f... up to second_offset 4712
 *     id 03ac...           |---------------------------------|-------> 5000
 *
 * A replica that is promoted begins a branch. What it received until then is
 * still part of the old history, and a server that stood at the same place
 * there may go on from it. Offsets in requests name the first byte that is
 * wanted; the first byte of a history has number 1. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "identity.h"

struct history {
    char id[IDENTITY_LEN + 1];
    int64_t offset;                   /* bytes of it that the data contains */
    char second_id[IDENTITY_LEN + 1]; /* forty zeros if there is none */
    int64_t second_offset; /* its first byte that is not ours; -1: none */
};

extern struct history history;

/* Nobody gets here by counting. An offset that another server or a file tells
 * is refused beyond this, or adding to it could overflow. */
#define HISTORY_OFFSET_MOST (INT64_MAX / 2)

/* Begins a new history: at its first byte, or at the present offset, because
 * nobody can have counted the bytes before. */
void history_start(void);
void history_begin_anew(void);

/* The data were replaced by those of another history. */
void history_adopt(const char *id, int64_t offset);

/* The history goes on under another id, because our primary was promoted. */
void history_rename(const char *id);

/* This server is promoted: from now on the history is its own. */
void history_branch(void);

/* Returns true if a server that has all bytes of that history before this
 * offset has what we had then, so that it can go on from there. */
bool history_holds(const char *id, int64_t offset);

#endif
