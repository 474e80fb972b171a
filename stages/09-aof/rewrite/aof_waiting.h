/* The first increment of an append-only file that was switched on, while the
 * base that it follows is being written. It has a name that no manifest says:
 *
 *     appendonlydir/temp-appendonly.aof.incr
 *
 * It makes sense only behind that base, since it lacks everything that changed
 * before the base was begun. So until there is a base, the server promises no
 * more than its snapshots hold. When the base is there, the manifest names
 * both, and then this file gets its name. At whatever moment the server ends,
 * the next one sees how far it came:
 *
 *     the manifest's last increment is not there: it is this file;
 *     the base that would come next is there: the two belong together, and the
 *         manifest is written now;
 *     neither: it is of no use.
 *
 * This is certain because the file is on disk before such a base can be, and no
 * other base is written while it is there. */
#ifndef AOF_WAITING_H
#define AOF_WAITING_H

#include <stdbool.h>

#include "aof_manifest.h"

/* Begins an empty one, on disk, in place of any that is there; a base that
 * would come next is removed. Returns a descriptor, or -1 with errno. */
int aof_waiting_create(const struct aof_manifest *manifest);

/* Makes the base with this name, and the file that waits, all of the manifest;
 * in memory it is as the caller says, with them. Returns 0, or an errno. */
int aof_waiting_use(struct aof_manifest *manifest, int64_t base_sequence,
                    const char *base_name);

/* Gives it the name of the manifest's last increment, if that is not there.
 * Returns 0, or an errno: there is one, and it cannot be renamed. */
int aof_waiting_rename(const struct aof_manifest *manifest);

/* For a start: uses it with the base that would come next, if both are there.
 * Returns false if that was to be done, and could not: the log says why. */
bool aof_waiting_finish(struct aof_manifest *manifest);

/* Removes it, on disk as well. Returns 0, or an errno. */
int aof_waiting_remove(void);

/* Removes bases that would come next: the manifest never came to name them. */
void aof_waiting_remove_bases(const struct aof_manifest *manifest);

#endif
