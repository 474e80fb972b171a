/* The manifest of an append-only file: the files of which it consists, in
 * order.
 *
 *     file appendonly.aof.2.base.rdb seq 2 type b      what all began with
 *     file appendonly.aof.4.incr.aof seq 4 type i      what was done since
 *     file appendonly.aof.5.incr.aof seq 5 type i
 *     file appendonly.aof.3.incr.aof seq 3 type h      to be deleted
 *
 * Whatever happens, the manifest on disk names files that together hold all
 * data: a new one replaces it as a whole. Files that it has no more use for are
 * history to it. They are deleted when it is on disk, and another manifest
 * forgets them when they are gone. (Redis 7, aof.c) */
#ifndef AOF_MANIFEST_H
#define AOF_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum aof_kind { AOF_BASE = 'b', AOF_INCR = 'i', AOF_HISTORY = 'h' };

enum { AOF_NAME_MAX = 512 }; /* bytes */

struct aof_file {
    char name[AOF_NAME_MAX + 1]; /* without the folder */
    int64_t sequence;
    enum aof_kind kind;
};

/* Files in order: the base, if there is one, then increments, by rising
 * sequence; history may stand anywhere. */
struct aof_manifest {
    struct aof_file *files;
    size_t count;
};

/* Reads a manifest from its text, and changes that. Returns NULL; or what is
 * wrong in which line, from 1 on, and then there is nothing to be freed. */
const char *aof_manifest_parse(struct aof_manifest *manifest, char *text,
                               size_t len, int *number);

/* Appends the text of a manifest. */
void aof_manifest_write(const struct aof_manifest *manifest, struct buf *out);

struct aof_manifest aof_manifest_copy(const struct aof_manifest *manifest);
void aof_manifest_free(struct aof_manifest *manifest);

/* Adds a file of that kind. Its name is copied. */
void aof_manifest_add(struct aof_manifest *manifest, enum aof_kind kind,
                      int64_t sequence, const char *name);

/* Returns the greatest sequence number of a kind, history included; 0 if there
 * is none. */
int64_t aof_manifest_last(const struct aof_manifest *manifest,
                          enum aof_kind kind);

/* Return the base, and the last increment; or NULL. */
const struct aof_file *aof_manifest_base(const struct aof_manifest *manifest);
const struct aof_file *
aof_manifest_increment(const struct aof_manifest *manifest);

/* Returns a copy in which the next base replaces all files; but with keep_last
 * the last increment stays. */
struct aof_manifest aof_manifest_rebased(const struct aof_manifest *manifest,
                                         const char *base_name, bool keep_last);

/* Removes the files that are history. */
void aof_manifest_forget(struct aof_manifest *manifest);

#endif
