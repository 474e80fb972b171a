/* The file in which the primary's data arrive: on disk, to replace the
 * snapshot, or in memory alone. There is one at a time. */
#ifndef RECEIVED_H
#define RECEIVED_H

#include <stdbool.h>

#include "slice.h"

/* Begins an empty file. Each of these calls returns 0, or an errno. */
int received_begin(bool in_memory);
int received_append(struct slice bytes);

/* The file is complete. On disk it replaces the snapshot. The path is good
 * until received_drop(). */
int received_end(void);
const char *received_path(void);

/* Removes the file that has replaced the snapshot. */
void received_remove(void);

/* Drops an incomplete file, and one that is in memory. */
void received_drop(void);

#endif
