/* The state of the server, for people and tools. */
#ifndef INTROSPECT_H
#define INTROSPECT_H

#include "buf.h"

/* In stage.c. Resets all statistics. */
void stage_reset_statistics(void);

/* Append sections of INFO that do not belong to a facility. */
void cpu_info(struct buf *out);
void cluster_info(struct buf *out);
void modules_info(struct buf *out);
void never_persistence_info(struct buf *out);
void never_stats_info(struct buf *out);

#endif
