/* The auxiliary fields of an RDB file: pairs of a name and a value before the
 * data, about the server that wrote it. A reader skips those that it does not
 * know. */
#ifndef RDB_AUX_H
#define RDB_AUX_H

#include <stdbool.h>

#include "rdb_load.h"
#include "rdb_writer.h"

void rdb_aux_write(struct rdb_writer *writer, bool aof_base);

/* Takes a pair that was read. */
void rdb_aux_take(struct rdb_load *load, struct slice name, struct slice value);

#endif
