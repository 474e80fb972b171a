/* Loading what is on disk.
 *
 * A large file takes a while. So it is loaded in slices, in turns of the loop,
 * and clients hear meanwhile that the server is loading. When something is
 * wrong with the file the databases are emptied: half of the data is never
 * served, nor saved. Whoever asked for the load hears of it, and decides what
 * comes next. */
#ifndef LOADING_H
#define LOADING_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "load_disk.h"

/* Begins to load what the settings say, and loads what can be loaded at once.
 * ended is called when that is over, perhaps before this returns: with NULL if
 * all is there, else with what is wrong. */
void loading_start(void (*ended)(const char *wrong));
/* The same for what was opened (load_disk.h); the databases are emptied before
 * if that is asked for. */
void loading_go_on(bool empty, void (*ended)(const char *wrong));
/* Gives up what is not loaded yet. */
void loading_stop(void);

/* Returns true while some of it is still to come. */
bool loading(void);

/* Loads what was opened (load_disk.h) now, while clients wait; the databases
 * are emptied before if that is asked for. Returns LOAD_DONE or LOAD_FAILED. */
enum load_status loading_now(bool empty);

/* Appends the lines of INFO about it. */
void loading_info(struct buf *out);

#endif
