/* maxmemory: the server as a cache.
 *
 * Before each command the memory in use is compared with the limit, and while
 * it is more, keys go, as the policy says (victims.h). One command frees for a
 * bounded time; the rest is done by a timer, and clients go on meanwhile. If no
 * key may go, commands that need memory are refused.
 *
 * Memory in use is what the allocators have given out, but for the bytes that
 * wait for a replica or for the log: to evict keys adds to these, since both
 * are told of it. */
#ifndef MEMORY_LIMIT_H
#define MEMORY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "keyspace.h"

extern int64_t memory_limit; /* bytes; 0: none */

/* Makes room if that is needed. Returns false after the error reply to a
 * command that needs memory when there is none. */
bool memory_limit_decides(struct client *client, const struct command *command);

static inline bool memory_limit_admits(struct client *client,
                                       const struct command *command) {
    return memory_limit == 0 || memory_limit_decides(client, command);
}

/* The name of the policy, and whether it counts uses instead of their times. */
const char *memory_limit_policy(void);
bool memory_limit_counts_uses(void);

/* Returns false if keys are to go by their use, which each keeps for itself. */
bool memory_limit_may_share(void);

/* Bytes of the log's buffer and the like that do not count. */
size_t memory_limit_not_counted(void);

/* Once the settings are known. */
void memory_limit_start(void);

/* Lines of INFO, and their beginning anew. */
void memory_limit_info(struct buf *out);
void memory_limit_reset(void);
void memory_limit_stop(void);

/* A key has been evicted: in stage.c, for those who follow up. */
void stage_key_evicted(const struct key *key);

#endif
