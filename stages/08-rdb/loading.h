/* What the server does first: load what is on disk.
 *
 * A large file takes a while. So it is loaded in slices, in turns of the loop,
 * and clients hear meanwhile that the server is loading. What is wrong with the
 * file ends the process, with a line in the log: to go on without the data
 * would be to lose it. */
#ifndef LOADING_H
#define LOADING_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "load_disk.h"

/* Begins, and loads what can be loaded at once. loaded is called when all is
 * there, perhaps before this returns. */
void loading_start(void (*loaded)(void));
void loading_stop(void);

/* Whether some of it is still to come. */
bool loading(void);

/* Loads what was opened now, while clients wait. Returns false if that was
 * nothing, or something is wrong, which the log tells: then there may be some
 * of it. */
bool loading_now(enum load_found found);

/* Empties all databases. */
void loading_empty(void);

/* What INFO tells of it. */
void loading_info(struct buf *out);

#endif
