/* The first increment of an append-only file that was switched on, while the
 * base before it is being written. Its name stands in no manifest:
 *
 *     appendonlydir/temp-appendonly.aof.incr
 *
 * It makes sense only after that base, because it lacks everything that changed
 * before the base was begun. So until there is a base, the server promises only
 * what its snapshots hold. When the base is complete, the manifest names both,
 * and then this file gets its name. Whenever the server ends, the next one can
 * tell how far it came:
 *
 *     the manifest's last increment does not exist: it is this file;
 *     the base that would come next exists: the two belong together, and the
 *         manifest is written now;
 *     neither: this file is of no use.
 *
 * This is certain, because the file is on disk before such a base can be, and
 * no other base is written while it exists. */
#ifndef AOF_WAITING_H
#define AOF_WAITING_H

#include <stdbool.h>

#include "aof_manifest.h"

/* Begins an empty file, on disk, and replaces any that is there. Removes a base
 * and an increment that would come next. Returns a descriptor, or -1 with
 * errno. */
int aof_waiting_create(const struct aof_manifest *manifest);

/* Makes the next base, of this name, and the file that waits, the files of the
 * manifest; in memory the manifest is the caller's. Returns 0, or an errno. */
int aof_waiting_use(struct aof_manifest *manifest, const char *base_name);

/* If the manifest's last increment does not exist, gives this file its name.
 * Returns 0, or an errno if that fails. */
int aof_waiting_rename(const struct aof_manifest *manifest);

/* At a start: if the file and the base that would come next exist, uses both.
 * Returns false, after a line in the log, on failure. */
bool aof_waiting_finish(struct aof_manifest *manifest);

/* Removes the file, on disk as well. Returns 0, or an errno. */
int aof_waiting_remove(void);

/* Removes bases that would come next, which the manifest never came to name. */
void aof_waiting_remove_bases(const struct aof_manifest *manifest);

#endif
