/* A full resync, on the side of the replica: all data of the primary come, are
 * kept until the last byte is there, and then take the place of those here.
 *
 * A transfer that breaks off has changed nothing. A load that fails leaves no
 * data, rather than half of them. */
#ifndef RESYNC_H
#define RESYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* The primary has said that the data come. */
void resync_begin(void);

/* Takes a line that stands in front of them, and begins with the one that says
 * how long they are. Sets *wrong if the link has to be broken. */
void resync_line(struct slice line, const char **wrong);
bool resync_has_begun(void);

/* Takes what has come of the data. Returns the number of bytes that are
 * consumed; see transfer.h. */
size_t resync_take(struct slice bytes, const char **wrong);
bool resync_is_whole(void);

/* Loads the data, in turns of the loop. It is known if they are a later moment
 * of the same history. Calls replaced as soon as the old data are to go, and
 * ended with NULL, or with what is wrong. */
void resync_load(bool same_history, void (*replaced)(void),
                 void (*ended)(const char *wrong));

/* The log has to be begun anew with the new data. If that has failed, tries it
 * again: each second. */
void resync_tend_log(void);

/* Gives up what was begun and is not being loaded. */
void resync_stop(void);

/* The size of the data, as far as it is known, and what has come of them. */
int64_t resync_total(void);
int64_t resync_received(void);

#endif
