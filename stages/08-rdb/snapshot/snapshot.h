/* Snapshots: all data in one file, made by the server itself (SAVE) or by a
 * child that it forks (BGSAVE, and when a save point says that one is due). */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/* The data are now those of the file: what changes from here on is unsaved. */
void snapshot_start(void);

/* Writes the file now, while clients wait. Gives up a snapshot that is being
 * written beside the server, because it is older and would replace this one.
 * Returns false, after a line in the log, on failure; then the old file is
 * complete. */
bool snapshot_save(void);

/* All data were replaced by those of the file: nothing is unsaved. */
void snapshot_loaded(void);

/* Begins to write the file beside the server. There must be no child. Returns
 * false, after a line in the log, on failure. */
bool snapshot_begin(void);
bool snapshot_running(void);
/* Gives up the snapshot that is being written. */
void snapshot_abort(void);

/* Begins a snapshot as soon as there is no child. */
void snapshot_schedule(void);

/* To be called after that many changes of the data, and when the save points
 * have changed. */
void snapshot_changed(uint64_t changes);
void snapshot_reschedule(void);

/* A client has emptied all databases. The file on disk, and a snapshot that is
 * being written, would bring the data back. So the latter is given up, and if
 * there are save points, the empty data are saved at once. */
void snapshot_emptied(void);

/* Returns the error reply for writes after a snapshot has failed; NULL if none
 * has, or the settings allow writes. */
const char *snapshot_error(void);

/* Returns the time of the last successful snapshot, in seconds since 1970. */
int64_t snapshot_last_s(void);

/* The number of snapshots that were begun. */
extern uint64_t snapshot_saves;

/* Appends the lines of INFO about snapshots. */
void snapshot_info(struct buf *out);

#endif
