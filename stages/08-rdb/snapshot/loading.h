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

/* Opens what is to be loaded, and loads it now, while clients wait; the
 * databases are emptied before if that is asked for. Returns false if there is
 * nothing, or it cannot be opened, which the log tells: then the data are as
 * they were. If something is wrong farther on the process ends, since some of
 * it is loaded, and that must not be served, nor saved. */
bool loading_now(enum load_found (*open)(void), bool empty);

/* What INFO tells of it. */
void loading_info(struct buf *out);

#endif
