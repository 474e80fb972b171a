/* Snapshots: all data in one file, made by the server itself (SAVE) or by a
 * child that it forks (BGSAVE, and when a save point says that one is due). */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/* The data is now as the file has it: what changes from here on is unsaved. */
void snapshot_start(void);

/* Writes the file now, while clients wait, and gives up what was begun beside
 * the server: it is older, and would come later. Returns whether that went
 * well; if not, the log says why, and the old file is whole. */
bool snapshot_save(void);

/* All data was replaced by what the file holds: nothing is unsaved. */
void snapshot_loaded(void);

/* Begins to write it beside the server. Returns whether it has begun; the log
 * says why not. There must be no child yet. */
bool snapshot_begin(void);
bool snapshot_running(void);
/* Gives up what was begun. */
void snapshot_abort(void);

/* Lets one begin as soon as there is no child. */
void snapshot_schedule(void);

/* To be called after that many changes of the data, and when the save points
 * have changed. */
void snapshot_changed(uint64_t changes);
void snapshot_reschedule(void);

/* A client has emptied all databases: what is on disk, and what was begun,
 * would bring the data back. So that is given up, and where there are save
 * points the empty data is saved at once. */
void snapshot_emptied(void);

/* The error that a write is answered since the last one failed; NULL: none, or
 * the settings let writes pass. */
const char *snapshot_error(void);

/* The time of the last one that went well, in seconds since 1970. */
int64_t snapshot_last_s(void);

/* Appends the lines of INFO about them. */
void snapshot_info(struct buf *out);

#endif
