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

/* The path of a file of that name. */
void aof_folder_path(char out[static FILE_PATH_MAX], const char *name);

/* The names of new files. */
void aof_folder_base_name(char out[static FILE_PATH_MAX], int64_t sequence,
                          bool rdb);
void aof_folder_increment_name(char out[static FILE_PATH_MAX],
                               int64_t sequence);

enum aof_found {
    AOF_FOUND,   /* the manifest was read */
    AOF_NOTHING, /* there is none */
    AOF_BROKEN   /* it is damaged, or cannot be read: the log says how */
};

/* Reads the manifest. Where there is none but an append-only file of one piece,
 * as servers before Redis 7 have it, that is made the base: moved into the
 * folder, with a manifest. */
enum aof_found aof_folder_read(struct aof_manifest *manifest);

/* To be called where there is no manifest. Returns true, after a word in the
 * log, if there is an increment that is not empty: a manifest must have named
 * it, and to begin anew would lose it. */
bool aof_folder_lost_manifest(void);

/* Replaces the manifest on disk; one that names nothing is none. Returns 0, or
 * an errno, after a word in the log: then which of the two is there is not
 * certain. */
int aof_folder_write(const struct aof_manifest *manifest);

/* The same, and in memory the newer one takes the place of the manifest. When
 * that fails the newer one is freed, and the manifest is as it was. */
int aof_folder_replace(struct aof_manifest *manifest,
                       struct aof_manifest *newer);

/* Deletes the files that are history, beside the loop, and forgets them; the
 * manifest on disk is replaced first. */
void aof_folder_clean(struct aof_manifest *manifest);

/* Creates a file, or empties it, so that it is there on disk before a manifest
 * names it. Returns a descriptor for appending; or -1 with errno, after a word
 * in the log. */
int aof_folder_create(const char *name);

/* Makes the folder. Returns 0, or an errno, after a word in the log. */
int aof_folder_make(void);

/* Bytes of a file, or -1; and of all files that are not history. */
int64_t aof_folder_size(const char *name);
int64_t aof_folder_bytes(const struct aof_manifest *manifest);

#endif
