/* Finding the files of the append-only file. */
#ifndef AOF_FIND_H
#define AOF_FIND_H

#include <stdbool.h>

#include "aof_manifest.h"

/* Reads the manifest into one that is empty, and makes sure that it names all
 * files that count. Returns false if it cannot, after a line in the log. */
bool aof_find(struct aof_manifest *manifest);

#endif
