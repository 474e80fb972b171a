/* Memory or the end: allocation for what the program cannot go on without.
 *
 * A server that has acknowledged writes must not guess its way on without
 * memory, so these say so in one line and abort. Sizes that a client chose are
 * checked against its limits before they come here. */
#ifndef XALLOC_H
#define XALLOC_H

#include <stddef.h>

/* To be called first: from then on blocks of more than 128 KiB go back to the
 * system when they are freed. Left alone, glibc raises that bound with each
 * large block that it sees freed, and a server that was once asked for much
 * would look large for ever. And small blocks that are freed are put together
 * with their free neighbours at once: glibc would leave that until somebody
 * asks for a large block, who then waits for all of it. */
void xalloc_start(void);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
/* The size is a multiple of the alignment. */
void *xaligned_alloc(size_t alignment, size_t size);

#endif
