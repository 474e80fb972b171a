/* The files of an append-only file, loaded one after the other, in the order of
 * the manifest.
 *
 * The last of them may end in the middle of a command: the server was stopped
 * while it wrote, and nobody had a reply yet. With aof-load-truncated, the
 * incomplete command is cut off. Anything else that is wrong ends the load and
 * leaves the file as it is. */
#ifndef AOF_FILES_H
#define AOF_FILES_H

#include "aof_manifest.h"
#include "load_status.h"

/* Opens the append-only file for loading. To be called by load_disk.c. */
enum load_status load_disk_open_aof(void);

/* load_disk.h explains what these return. */
enum load_status aof_files_open(void);
enum load_status aof_files_some(size_t commands);
const char *aof_files_wrong(void);
void aof_files_progress(struct load_progress *progress);
void aof_files_close(void);

/* Returns the manifest that was found, or an empty one. The caller owns it. */
struct aof_manifest aof_files_take_manifest(void);

#endif
