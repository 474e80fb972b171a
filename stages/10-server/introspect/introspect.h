/* The facilities by which one looks at the server from outside. */
#ifndef INTROSPECT_H
#define INTROSPECT_H

#include "buf.h"

/* Begins all statistics anew: in stage.c. */
void stage_reset_statistics(void);

/* Sections of INFO that stand beside no facility of their own. */
void cpu_info(struct buf *out);
void cluster_info(struct buf *out);
void modules_info(struct buf *out);
void never_info(struct buf *out);

#endif
