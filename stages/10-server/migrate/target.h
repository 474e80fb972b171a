/* Connections to other servers, for MIGRATE.
 *
 * All calls wait, and nothing else runs meanwhile; each wait has a limit in
 * milliseconds. A connection is kept for a while, because a client that moves
 * many keys uses it again: the same host and port, spelled the same, are the
 * same target. It is closed when nobody has used it for ten seconds.
 *
 * A call that fails sets errno, to ETIMEDOUT if the time was over. The target
 * must then be closed, since it may be in the middle of a reply. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "slice.h"

struct target;

enum target_status {
    TARGET_READY,
    TARGET_REFUSED,    /* there is nobody who listens */
    TARGET_UNREACHABLE /* no such host, no way to it, or no answer in time */
};

/* Finds the connection to a target, or makes one. *found is good until it is
 * closed, or until the next turn of the loop. */
enum target_status target_find(struct slice host, struct slice port,
                               int64_t limit_ms, struct target **found);
void target_close(struct target *target);

/* Returns where the caller keeps which database is selected at the target; -1
 * if that is not known. */
int *target_database(struct target *target);

/* Sends the contents of the buffer and empties it. */
bool target_send(struct target *target, struct buf *out, int64_t limit_ms);

/* Waits for a line and returns it without its end; it is good until the next
 * call. A line of more than a few hundred bytes is an error, because no reply
 * that is due here is that long. */
bool target_line(struct target *target, int64_t limit_ms, struct slice *line);

/* Appends to INFO how many connections are kept. */
void target_info(struct buf *out);

void target_stop(void);

#endif
