/* Look-ups of keys by commands that read: how many found the key (hits), and
 * how many did not (misses).
 *
 * A command that changes a key looks it up, too, but does not read it. That
 * INCR finds nothing says nothing about how well a cache works. */
#ifndef LOOKUPS_H
#define LOOKUPS_H

#include "command.h"
#include "keyspace.h"

extern struct lookups { uint64_t hits, misses; } lookups;

/* How many look-ups have found the key, whoever made them; never reset. */
extern uint64_t lookups_found;

/* To be called when the commands have their numbers. */
void lookups_start(void);

/* The client's command looked up a key that does not exist. Returns true if
 * that is to be announced. */
bool lookups_missed(const struct client *client);

/* The look-ups of a command that may write have found this many keys. */
void lookups_writer_found(const struct client *client,
                          const struct command *command,
                          const struct request *request, uint64_t found);

/* The look-ups of a command, which has run, have found this many keys. */
static inline void lookups_hit(const struct client *client,
                               const struct command *command,
                               const struct request *request, uint64_t found) {
    if (found == 0)
        return;
    if (command->flags & CMD_READONLY)
        lookups.hits += found;
    else
        lookups_writer_found(client, command, request, found);
}

void lookups_reset(void);

/* Appends lines of the section "stats". */
void lookups_info(struct buf *out);

#endif
