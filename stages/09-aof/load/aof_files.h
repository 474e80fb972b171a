/* The files of an append-only file, loaded one after the other, in the order of
 * the manifest.
 *
 * The last of them may end in the middle of a command: the server was stopped
 * while it wrote, and nobody had a reply yet. With aof-load-truncated, the
 * incomplete command is cut off. Anything else that is wrong ends the load and
 * leaves the file as it is. */
#ifndef AOF_FILES_H
#define AOF_FILES_H

#include <stdbool.h>

#include "aof_manifest.h"
#include "load_disk.h"

/* Opens the append-only file, as load_disk_open() does (load_disk.h). */
enum load_status load_disk_open_aof(void);

/* Returns the manifest that was found, or an empty one. The caller owns it. */
struct aof_manifest aof_files_take_manifest(void);

/* In aof_find.c. Reads the manifest into one that is empty, and makes sure that
 * it names all files that count. Returns false if it cannot, after a line in
 * the log. */
bool aof_find(struct aof_manifest *manifest);

#endif
