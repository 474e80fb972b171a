/* Memory or the end: allocation for memory that the program cannot do without.
 *
 * A server that has acknowledged writes must not guess its way on without
 * memory, so these functions report the failure in one line and abort. A size
 * that a client chose is checked against its limit before it comes here. */
#ifndef XALLOC_H
#define XALLOC_H

#include <stddef.h>

/* Call this first. It fixes the size from which glibc returns a freed block to
 * the system at once, 128 KiB: left alone, glibc raises it with each larger
 * block that is freed, and a server that once held much data would look large
 * for ever. Of smaller blocks, glibc keeps 2 MiB at the end of its heap:
 * without that, the buffers of the connections would go back to the system
 * after each turn of the loop, and be got anew in the next. It also makes glibc
 * join a small block with its free neighbours as soon as it is freed: otherwise
 * glibc joins them all when a large block is asked for, and that request waits
 * for it. */
void xalloc_start(void);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);

/* Returns a copy of len bytes, up to the first NUL, as a C string. */
char *xstrndup(const char *text, size_t len);

#endif
