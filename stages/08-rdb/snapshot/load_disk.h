/* What is on disk, loaded into the databases piece by piece. */
#ifndef LOAD_DISK_H
#define LOAD_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_progress {
    uint64_t bytes, total; /* of the files */
    uint64_t keys;         /* loaded, of an RDB */
    uint64_t expired;      /* left out: their time was over */
};

enum load_found { LOAD_NOTHING, LOAD_FOUND, LOAD_FAILED };

/* Opens what the settings say shall be loaded. When that fails, the log says
 * why. */
enum load_found load_disk_open(void);

/* The snapshot, whatever the settings say. */
enum load_found load_disk_open_snapshot(void);

/* The same, and what it holds replaces keys that are there already. */
enum load_found load_disk_merge_snapshot(void);

/* Loads so many keys. Returns true when there is nothing more to do. */
bool load_disk_some(size_t keys);

void load_disk_progress(struct load_progress *progress);

/* Returns whether all is loaded; if not, the log says what is wrong, and
 * where, unless it was closed before. */
bool load_disk_close(void);

#endif
