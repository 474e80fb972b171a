/* A full resynchronization, on the side of the replica: all data of the primary
 * arrive, are kept until the last byte is there, and then replace those here.
 *
 * A transfer that breaks off changes nothing. A load that fails leaves no data,
 * rather than half of them. */
#ifndef RESYNC_H
#define RESYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* To be called when the primary has announced the data. */
void resync_begin(void);

/* Takes a line that comes before the data. The last of these says how long they
 * are. Sets *wrong if the link must be broken. */
void resync_line(struct slice line, const char **wrong);
bool resync_has_begun(void);

/* Takes bytes of the data. Returns the number that were consumed
 * (transfer.h). */
size_t resync_take(struct slice bytes, const char **wrong);
bool resync_is_whole(void);

/* Loads the data, in turns of the loop. same_history says that they are a later
 * moment of our own history. Calls replaced when the old data are about to go,
 * and ended with NULL, or with what is wrong. */
void resync_load(bool same_history, void (*replaced)(void),
                 void (*ended)(const char *wrong));

/* Begins a log of the present data, if the settings want one and it has ended
 * with the old data: because the load has failed, or because the new log could
 * not be begun. To be called when this server stops following; after a load the
 * data see to it themselves. Until it works it is tried each second. */
void resync_begin_log(void);

/* Gives up a transfer that is not being loaded yet. */
void resync_stop(void);

/* Return the size of the data, if it is known, and how much has arrived. */
int64_t resync_total(void);
int64_t resync_received(void);

#endif
