/* Loads the data on disk into the databases, piece by piece. */
#ifndef LOAD_DISK_H
#define LOAD_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The state of a load: of a snapshot, an append-only file, or both. What a
 * failure means is decided by those who asked for the load. */
enum load_status {
    LOAD_NOTHING, /* there is nothing to be loaded */
    LOAD_MORE,    /* some of it is still to come */
    LOAD_DONE,
    LOAD_FAILED /* the loader says why */
};

enum { LOAD_WRONG_SIZE = 2048 };

struct load_progress {
    uint64_t bytes, total; /* of the files */
    uint64_t keys;         /* loaded, of an RDB */
    uint64_t expired;      /* left out: their time was over */
};

/* Where the data come from. */
struct load_source {
    /* Loads that many keys. Returns LOAD_MORE, LOAD_DONE or LOAD_FAILED. */
    enum load_status (*some)(size_t keys);
    /* After a failure: returns a text that says what is wrong and where, good
     * until the next load. */
    const char *(*wrong)(void);
    void (*progress)(struct load_progress *progress);
    void (*close)(void);
};

/* The source that was opened last. */
extern const struct load_source *load_disk;

/* Opens what the settings say. Returns LOAD_MORE, LOAD_NOTHING or LOAD_FAILED;
 * it must be closed only after LOAD_MORE. */
enum load_status load_disk_open(void);

/* The same for a snapshot, whatever the settings say. With merge, its keys
 * replace existing ones. */
enum load_status load_disk_open_snapshot(const char *path, bool merge);

#endif
