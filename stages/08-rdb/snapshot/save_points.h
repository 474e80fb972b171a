/* Save points: after how many seconds and changes a snapshot is due.
 *
 *     save 3600 1 300 100 60 10000
 *
 * says: an hour after the last one if there was a change since, five minutes
 * if there were a hundred, a minute if there were ten thousand. */
#ifndef SAVE_POINTS_H
#define SAVE_POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "slice.h"

/* Reads pairs of numbers, which may also stand in one word, in place of the
 * points that are set, or in addition to them. The empty word has none. Returns
 * NULL, or what is wrong; then nothing has changed. */
const char *save_points_set(const struct slice *words, size_t count, bool add);
/* Appends them, as CONFIG GET shows them. */
void save_points_get(struct buf *out);

bool save_points_any(void);

/* Returns how many seconds after the last snapshot the next one is due, with
 * that many changes since then; -1 if more changes are needed. *more is the
 * number of changes that would make it due earlier, UINT64_MAX if none would.
 */
int64_t save_points_due(uint64_t changes, uint64_t *more);

#endif
