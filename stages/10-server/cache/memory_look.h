/* How much memory there is and was. It is looked up when somebody asks, and not
 * kept up to date. */
#ifndef MEMORY_LOOK_H
#define MEMORY_LOOK_H

#include <stddef.h>

#include "buf.h"

/* The resident size of the process, as it was at most a tenth of a second ago:
 * asking the system takes as long as the rest of INFO memory. */
size_t memory_resident(void);

/* The largest number of bytes that was in use, as far as is known: memory that
 * was resident once and is not now was in use then. */
size_t memory_peak(size_t used);

/* Remembers the memory that is in use now: it is not for the data. */
void memory_look_start(void);
size_t memory_at_start(void);

/* Memory that is no data: the tables, and all that was there at the start. */
size_t memory_overhead(void);

/* Lines of INFO: a number of bytes, and the same for people (1.50M); and a part
 * in per cent of a whole. */
void memory_bytes_line(struct buf *out, const char *name, size_t bytes);
void memory_share_line(struct buf *out, const char *name, size_t part,
                       size_t whole);

#endif
