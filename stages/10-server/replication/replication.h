/* Replication, seen from outside. */
#ifndef REPLICATION_H
#define REPLICATION_H

#include "buf.h"

/* Appends the section of INFO. */
void replication_info(struct buf *out);

#endif
