/* The data on disk, loaded into the databases piece by piece. */
#ifndef LOAD_DISK_H
#define LOAD_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "load_status.h"

/* Opens what the settings say shall be loaded. Returns LOAD_MORE, LOAD_NOTHING
 * or LOAD_FAILED; only in the first case it must be closed again. */
enum load_status load_disk_open(void);

/* The same for a snapshot, whatever the settings say. The name must not change
 * before the file is closed. With merge, its keys replace those that are there
 * already. */
enum load_status load_disk_open_snapshot(const char *path, bool merge);

/* Loads that many keys. Returns LOAD_MORE, LOAD_DONE or LOAD_FAILED. */
enum load_status load_disk_some(size_t keys);

/* A text that says what is wrong, and where, after a failure. Good until the
 * next load. */
const char *load_disk_wrong(void);

void load_disk_progress(struct load_progress *progress);

void load_disk_close(void);

#endif
