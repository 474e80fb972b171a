/* The slow log: commands that took long, with their arguments, newest first.
 * Its length is limited; the oldest entries go. */
#ifndef SLOWLOG_H
#define SLOWLOG_H

#include <stdint.h>

#include "command.h"

struct slowlog_entry {
    struct slowlog_entry *older, *newer;
    uint64_t id; /* never used twice */
    int64_t time_s;
    uint64_t duration_us;
    char *peer, *name;   /* of the client */
    size_t argc;         /* at most SLOWLOG_ARGUMENTS */
    struct slice argv[]; /* as they are shown: long ones are cut */
};

enum { SLOWLOG_ARGUMENTS = 32, SLOWLOG_BYTES = 128 };

/* A command that takes at least this long is recorded; -1 for none. */
extern int64_t slowlog_limit_us;

static inline bool slowlog_wants(uint64_t ns) {
    return ns / 1000 >= (uint64_t)slowlog_limit_us; /* -1 is the largest */
}

void slowlog_add(const struct client *client, const struct command *command,
                 const struct request *request, uint64_t ns);

/* Returns the newest entry, or NULL. */
const struct slowlog_entry *slowlog_newest(void);
size_t slowlog_count(void);
void slowlog_reset(void);

#endif
