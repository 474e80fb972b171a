/* An append-only file in one piece, as servers before Redis 7 write it. */
#ifndef AOF_UPGRADE_H
#define AOF_UPGRADE_H

#include "aof_folder.h"

/* Reads the manifest. If there is none, but an append-only file in one piece,
 * that becomes the base: it is moved into the folder, and a manifest is
 * written. */
enum aof_found aof_upgrade_read(struct aof_manifest *manifest);

#endif
