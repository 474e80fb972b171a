/* The folder of the append-only file: the manifest on disk, and the files that
 * it names.
 *
 *     appendonlydir/
 *         appendonly.aof.manifest
 *         appendonly.aof.1.base.rdb
 *         appendonly.aof.1.incr.aof
 */
#ifndef AOF_FOLDER_H
#define AOF_FOLDER_H

#include "aof_manifest.h"
#include "file_replace.h"

/* Returns the path of a file of that name. */
void aof_folder_path(char out[static FILE_PATH_MAX], const char *name);

/* Makes the name of a new increment. */
void aof_folder_increment_name(char out[static FILE_PATH_MAX],
                               int64_t sequence);

enum aof_found {
    AOF_FOUND,   /* the manifest was read */
    AOF_NOTHING, /* there is none */
    AOF_BROKEN   /* it is damaged, or cannot be read: the log says how */
};

/* Reads the manifest. */
enum aof_found aof_folder_read(struct aof_manifest *manifest);

/* To be called if there is no manifest. Returns true, after a line in the log,
 * if there is an increment that is not empty. A manifest must have named it,
 * and starting anew would lose it. */
bool aof_folder_lost_manifest(void);

/* Replaces the manifest on disk, or removes it if the new one names nothing.
 * Returns 0; or an errno, after a line in the log, and then either of the two
 * may be there. */
int aof_folder_write(const struct aof_manifest *manifest);

/* The same, and replaces the manifest in memory by the newer one. On failure
 * the newer one is freed, and the manifest stays as it was. */
int aof_folder_replace(struct aof_manifest *manifest,
                       struct aof_manifest *newer);

/* Deletes the files that are history, and then their lines in the manifest. */
void aof_folder_clean(struct aof_manifest *manifest);

/* Creates a file, or replaces it by an empty one, on disk, before a manifest
 * names it. Returns a descriptor for appending; or -1, after a line in the
 * log. */
int aof_folder_create(const char *name);

/* Creates the folder, on disk, unless it is there. Returns 0, or an errno,
 * after a line in the log. */
int aof_folder_make(void);

/* Return the size of a file, or -1; and that of all files that are not
 * history. */
int64_t aof_folder_size(const char *name);
int64_t aof_folder_bytes(const struct aof_manifest *manifest);

#endif
