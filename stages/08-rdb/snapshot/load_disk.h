/* Loads the data on disk into the databases, piece by piece. */
#ifndef LOAD_DISK_H
#define LOAD_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "load_status.h"

/* Where the data come from. Its functions are those that stand below. */
struct load_source {
    enum load_status (*some)(size_t keys);
    const char *(*wrong)(void);
    void (*progress)(struct load_progress *progress);
    void (*close)(void);
};

/* The data come from there, until another source is opened. */
void load_disk_from(const struct load_source *source);

/* Opens what the settings say. Returns LOAD_MORE, LOAD_NOTHING or LOAD_FAILED;
 * it must be closed only after LOAD_MORE. */
enum load_status load_disk_open(void);

/* The same for a snapshot, whatever the settings say. With merge, its keys
 * replace existing ones. */
enum load_status load_disk_open_snapshot(const char *path, bool merge);

/* Loads that many keys. Returns LOAD_MORE, LOAD_DONE or LOAD_FAILED. */
enum load_status load_disk_some(size_t keys);

/* After a failure: returns a text that says what is wrong and where, good until
 * the next load. */
const char *load_disk_wrong(void);

void load_disk_progress(struct load_progress *progress);

void load_disk_close(void);

#endif
