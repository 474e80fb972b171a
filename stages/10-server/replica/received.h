/* The file in which the primary's data arrive: in the place of the snapshot, or
 * in memory alone. There is one at a time. */
#ifndef RECEIVED_H
#define RECEIVED_H

#include <stdbool.h>

#include "slice.h"

/* Begins an empty one. Each of these returns 0, or an errno. */
int received_begin(bool in_memory);
int received_append(struct slice bytes);

/* It is whole: one on disk takes the place of the snapshot. The path is good
 * until received_drop(). */
int received_end(void);
const char *received_path(void);

/* Removes the one that has taken the place of the snapshot. */
void received_remove(void);

/* Gives up what is not whole, and what is held in memory. */
void received_drop(void);

#endif
