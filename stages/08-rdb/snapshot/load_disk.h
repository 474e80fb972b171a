/* The data on disk, loaded into the databases piece by piece. */
#ifndef LOAD_DISK_H
#define LOAD_DISK_H

#include <stddef.h>
#include <stdint.h>

/* How a load stands. Who asked for it decides what comes of a failure. */
enum load_status {
    LOAD_NOTHING, /* there is nothing to be loaded */
    LOAD_MORE,    /* some of it is still to come */
    LOAD_DONE,
    LOAD_FAILED /* load_disk_wrong() says why */
};

enum { LOAD_WRONG_SIZE = 1024 };

struct load_progress {
    uint64_t bytes, total; /* of the files */
    uint64_t keys;         /* loaded, of an RDB */
    uint64_t expired;      /* left out: their time was over */
};

/* Opens what the settings say shall be loaded. Returns LOAD_MORE, LOAD_NOTHING
 * or LOAD_FAILED; only in the first case it must be closed again. */
enum load_status load_disk_open(void);

/* The same for the snapshot, whatever the settings say. */
enum load_status load_disk_open_snapshot(void);

/* The same; keys of the snapshot replace those that are there already. */
enum load_status load_disk_merge_snapshot(void);

/* Loads so many keys. Returns LOAD_MORE, LOAD_DONE or LOAD_FAILED. */
enum load_status load_disk_some(size_t keys);

/* What is wrong, and where, after a failure. Good until the next load. */
const char *load_disk_wrong(void);

void load_disk_progress(struct load_progress *progress);

void load_disk_close(void);

#endif
