/* CLIENT PAUSE: for some time requests wait instead of being run.
 *
 * Those of all clients wait, or only those that may write. A request that waits
 * is a copy with its client, which runs nothing else meanwhile. When the pause
 * is over they run in the order in which they came, at the end of the turn,
 * and then what their clients have sent behind them. Replicas never wait.
 *
 * The data stand still, too: keys whose time comes are hidden and stay. */
#ifndef PAUSE_H
#define PAUSE_H

#include "command.h"

enum pause_mode { PAUSE_NONE, PAUSE_WRITES, PAUSE_ALL };

/* The pause at the moment. Unless it is PAUSE_NONE, nothing may be evicted. */
extern enum pause_mode pause_mode;

/* Begins a pause of that many milliseconds. If there is one already, it ends at
 * the later of the two moments, and the stronger mode holds from now on. */
void pause_begin(enum pause_mode mode, int64_t ms);

/* Ends it now. */
void pause_end(void);

/* Lets what writes wait for as long as that is kept for one of these reasons,
 * whatever else begins and ends. */
enum pause_reason { PAUSE_OF_FAILOVER = 1, PAUSE_OF_SHUTDOWN = 2 };
void pause_keep(enum pause_reason reason, bool keep);

bool pause_concerns(const struct client *client, const struct command *command);

/* Returns true if a request that was admitted has to wait. */
static inline bool pause_holds(const struct client *client,
                               const struct command *command) {
    return pause_mode != PAUSE_NONE && pause_concerns(client, command);
}

/* Lets it wait. */
void pause_hold(struct client *client, const struct request *request);

/* Returns true if a request of the client waits, and how many there are. */
static inline bool pause_waits(const struct client *client) {
    return client->state.held != NULL;
}
size_t pause_count(void);

/* The client leaves. */
void pause_forget(struct client *client);

void pause_stop(void);

#endif
