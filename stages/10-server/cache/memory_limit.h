/* maxmemory: the server as a cache.
 *
 * Before each command, the memory in use is compared with the limit. While it
 * is more, keys are evicted in the order that the policy chooses (victims.h).
 * One command evicts for a bounded time; a timer does the rest, and clients go
 * on meanwhile. If no key may be evicted, commands that need memory are
 * refused.
 *
 * Memory in use is what the allocators have given out, without the bytes that
 * wait for a replica or for the log. Each eviction adds to these, because it is
 * propagated; if they counted, a slow replica could make the server evict
 * everything. */
#ifndef MEMORY_LIMIT_H
#define MEMORY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "keyspace.h"

extern uint64_t memory_limit; /* bytes; 0: none */

/* Evicts if necessary. Returns false after an error reply if the command needs
 * memory and there is none. */
bool memory_limit_decides(struct client *client, const struct command *command);

static inline bool memory_limit_admits(struct client *client,
                                       const struct command *command) {
    return memory_limit == 0 || memory_limit_decides(client, command);
}

/* The name of the policy, and whether it goes by frequency of use instead of
 * the time of the last use. */
const char *memory_limit_policy(void);
bool memory_limit_counts_uses(void);

/* Returns false if the policy looks at each key's own use. Values that several
 * keys share have none. */
bool memory_limit_may_share(void);

/* Returns the bytes that do not count: those that wait for the log and for
 * replicas. */
size_t memory_limit_not_counted(void);

/* Begins to enforce the limit. To be called when the settings are known. */
void memory_limit_start(void);

/* Appends the lines of INFO; resets their counters; frees what is kept. */
void memory_limit_info(struct buf *out);
void memory_limit_reset(void);
void memory_limit_stop(void);

/* A key has been evicted. stage.c tells those who must know. */
void stage_key_evicted(const struct key *key);

#endif
