/* The data on disk, loaded into the databases piece by piece. */
#ifndef LOAD_DISK_H
#define LOAD_DISK_H

#include <stddef.h>

#include "load_status.h"

/* Opens what the settings say shall be loaded. Returns LOAD_MORE, LOAD_NOTHING
 * or LOAD_FAILED; only in the first case it must be closed again. */
enum load_status load_disk_open(void);

/* The same for the snapshot, whatever the settings say. */
enum load_status load_disk_open_snapshot(void);

/* The same for a snapshot in the file of that name, which must not change
 * before the file is closed. */
enum load_status load_disk_open_file(const char *path);

/* The same for the one that the settings name; its keys replace those that are
 * there already. */
enum load_status load_disk_merge_snapshot(void);

/* Loads that many keys. Returns LOAD_MORE, LOAD_DONE or LOAD_FAILED. */
enum load_status load_disk_some(size_t keys);

/* A text that says what is wrong, and where, after a failure. Good until the
 * next load. */
const char *load_disk_wrong(void);

void load_disk_progress(struct load_progress *progress);

void load_disk_close(void);

#endif
