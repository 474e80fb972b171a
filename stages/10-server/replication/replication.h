/* Replication, seen from outside. */
#ifndef REPLICATION_H
#define REPLICATION_H

#include "buf.h"

/* The section of INFO about it. */
void replication_info(struct buf *out);

#endif
