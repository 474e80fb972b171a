/* The history that the data is a moment of.
 *
 * All changes of the data, one after the other as the bytes of requests, are a
 * history. It has an id, and its bytes are counted: two servers that have the
 * same id and the same offset have the same data, so that one which is behind
 * needs no more than the bytes in between.
 *
 *     id 8e2f...           |---------------------------------> offset 4711
 *
 *     promoted at 4711:    second_id 8e2f... up to second_offset 4712
 *     id 03ac...           |---------------------------------|-------> 5000
 *
 * A replica that is promoted begins a branch: what it was told up to then is
 * still part of the old history, and who was at the same place of that one may
 * go on from it. Offsets in requests name the first byte that is wanted, and
 * the first byte of a history is number 1. */
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

/* Begins one that nobody has heard of, at its first byte; or from where we are,
 * since nobody can have counted what was before. */
void history_start(void);
void history_begin_anew(void);

/* The data was replaced by that of another history. */
void history_adopt(const char *id, int64_t offset);

/* The history goes on under another id, since whom we follow was promoted. */
void history_rename(const char *id);

/* We are promoted: from here on the history is our own. */
void history_branch(void);

/* Returns true if someone who has all bytes of that history before this offset
 * has what we had then, and so can go on from there. */
bool history_holds(const char *id, int64_t offset);

#endif
