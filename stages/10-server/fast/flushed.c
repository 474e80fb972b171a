/* FLUSHALL answers when the empty data are saved, if there are save points. To
 * bring a file to the disk takes milliseconds, or a second if the disk is busy.
 * So a child writes the file, which has nothing to write, and only the client
 * that asked waits for it. */
#include "flushed.h"

#include "acks.h"
#include "blocking.h"
#include "child.h"
#include "detached.h"
#include "flushed_beside.h"
#include "keyspace.h"
#include "loading.h"
#include "reply.h"
#include "save_points.h"
#include "snapshot.h"

static bool beside; /* the save of this FLUSHALL may be, or is */

/* The answer of a transaction cannot wait, and while it runs nothing is forked.
 * A detached client expects no answer. */
static bool may_be_beside(const struct client *client) {
    return save_points_any() && !loading() && !child_held() &&
           (stage_may_wait(client) || detached(client));
}

bool flushed_beside(void) {
    if (beside) {
        snapshot_abort();
        beside = !child_running() && snapshot_begin();
    }
    return beside;
}

void flushed(struct client *client, const struct request *request, bool all) {
    beside = all && may_be_beside(client);
    keyspace_emptied(all);
    if (beside)
        acks_wait(client, request, (struct ack_wish){.saved = true},
                  BLOCKING_FOREVER);
    else
        reply_ok(client);
    beside = false;
}
