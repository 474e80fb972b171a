/* Loading what is on disk.
 *
 * A large file takes a while, so it is loaded in slices, in turns of the loop,
 * and clients are told meanwhile that the server is loading. If something is
 * wrong with the file, the databases are emptied: half of the data is never
 * served or saved. Those who asked for the load are told, and decide what comes
 * next. */
#ifndef LOADING_H
#define LOADING_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "load_disk.h"

/* Begins to load what the settings say. Calls ended when the load is over,
 * which may be before this returns: with NULL if everything is loaded, else
 * with what is wrong. */
void loading_start(void (*ended)(const char *wrong));
/* The same for what has been opened (load_disk.h). The databases are emptied
 * first if that is asked for. */
void loading_go_on(bool empty, void (*ended)(const char *wrong));
/* Gives up the load. */
void loading_stop(void);

/* Returns true until the load is over. */
bool loading(void);

/* Loads what has been opened (load_disk.h) at once, while clients wait. The
 * databases are emptied first if that is asked for. Returns LOAD_DONE or
 * LOAD_FAILED. */
enum load_status loading_now(bool empty);

/* Appends the lines of INFO about the load. */
void loading_info(struct buf *out);

#endif
