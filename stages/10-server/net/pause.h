/* CLIENT PAUSE: for some time, requests wait instead of running.
 *
 * Either all clients' requests wait, or only those that may write. A request
 * that waits is copied and kept with its client, which runs nothing else
 * meanwhile. When the pause is over, the requests run in the order in which
 * they came, at the end of the turn, and then those that their clients sent
 * after them. Replicas never wait. The stream of a primary waits as a client
 * does, where it has come from (apply.h).
 *
 * The data do not change either: keys whose time comes are hidden, but stay. */
#ifndef PAUSE_H
#define PAUSE_H

#include "command.h"

enum pause_mode { PAUSE_NONE, PAUSE_WRITES, PAUSE_ALL };

/* The current pause. Nothing may be evicted unless it is PAUSE_NONE. */
extern enum pause_mode pause_mode;

/* Begins a pause of that many milliseconds. If there is one already, the later
 * end and the stronger mode apply. */
void pause_begin(enum pause_mode mode, int64_t ms);

/* Ends the pause now. */
void pause_end(void);

/* Makes writes wait until the reason is removed, whatever other pauses begin
 * and end. */
enum pause_reason { PAUSE_OF_FAILOVER = 1, PAUSE_OF_SHUTDOWN = 2 };
void pause_keep(enum pause_reason reason, bool keep);

/* Returns true if such a command must wait, unless the client is one that never
 * waits. */
bool pause_stops(const struct client *client, const struct command *command);
bool pause_concerns(const struct client *client, const struct command *command);

/* Returns true if a request that was admitted must wait. */
static inline bool pause_holds(const struct client *client,
                               const struct command *command) {
    return pause_mode != PAUSE_NONE && pause_concerns(client, command);
}

/* Holds a request until the pause is over. */
void pause_hold(struct client *client, const struct request *request);

/* Return true if a request of the client waits; if its pause is over, so that
 * it runs at the end of this turn; and the number of all others. */
static inline bool pause_waits(const struct client *client) {
    return client->state.held != NULL;
}
bool pause_is_over(const struct client *client);
size_t pause_count(void);

/* To be called when a client leaves. */
void pause_forget(struct client *client);

/* In stage.c. The pause has ended or become weaker, and what was held here has
 * run. */
void stage_pause_weaker(void);

void pause_stop(void);

#endif
