/* Save points: after how many seconds and changes a snapshot is due.
 *
 *     save 3600 1 300 100 60 10000
 *
 * means an hour after the last snapshot if there was a change since, five
 * minutes after it if there were a hundred, a minute if there were ten
 * thousand. */
#ifndef SAVE_POINTS_H
#define SAVE_POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "slice.h"

/* Reads pairs of numbers, which may also stand in one word. They replace the
 * points that are set, or are added to them. A single empty word has none.
 * Returns NULL, or what is wrong; then nothing has changed. */
const char *save_points_set(const struct slice *words, size_t count, bool add);
/* Appends the points as CONFIG GET shows them. */
void save_points_get(struct buf *out);

bool save_points_any(void);

/* Returns how many seconds after the last snapshot the next one is due, given
 * the number of changes since then; -1 if there must be more changes. *more is
 * the number of changes that would make it due earlier, or UINT64_MAX. */
int64_t save_points_due(uint64_t changes, uint64_t *more);

#endif
