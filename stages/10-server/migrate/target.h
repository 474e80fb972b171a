/* Connections to other servers, for MIGRATE.
 *
 * All calls wait, and nothing else runs meanwhile; each wait has a limit, in
 * milliseconds. A connection is kept for those who come soon after, as a client
 * that moves many keys does: the same host and port, as they were spelled, are
 * the same target. One that nobody has used for ten seconds is closed.
 *
 * A call that fails leaves the reason in errno, ETIMEDOUT if time was up. The
 * target must then be closed, since it may be in the middle of a reply. */
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
 * closed or the loop runs. */
enum target_status target_find(struct slice host, struct slice port,
                               int64_t limit_ms, struct target **found);
void target_close(struct target *target);

/* The database that was selected there, or -1 if that is not known. The caller
 * keeps it. */
int *target_database(struct target *target);

/* Sends what is in the buffer, and empties it. */
bool target_send(struct target *target, struct buf *out, int64_t limit_ms);

/* Waits for a line, which is then without its end and good until the next call.
 * One of more than a few hundred bytes is an error: it is no reply that is
 * expected here. */
bool target_line(struct target *target, int64_t limit_ms, struct slice *line);

/* For INFO: how many are kept. */
void target_info(struct buf *out);

void target_stop(void);

#endif
