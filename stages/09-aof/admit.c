#include "admit.h"

#include "aof.h"
#include "loading.h"
#include "snapshot.h"

#define SNAPSHOT_FAILED                                                  \
    "MISCONF Redis is configured to save RDB snapshots, but it's "       \
    "currently unable to persist to disk. Commands that may modify the " \
    "data set are disabled, because this instance is configured to "     \
    "report errors during writes if RDB snapshotting fails "             \
    "(stop-writes-on-bgsave-error option). Please check the Redis logs " \
    "for details about the RDB error."

/* Whether the command is one of those that are refused while nothing can be
 * written to disk. */
static bool is_write(const struct command *command) {
    return (command->flags & CMD_WRITE) || strcmp(command->name, "ping") == 0;
}

bool admit(struct client *client, const struct command *command) {
    if (!client->authenticated && !(command->flags & CMD_NO_AUTH))
        reply_error(client, "NOAUTH Authentication required.");
    else if (loading() && !(command->flags & CMD_LOADING))
        reply_error(client, "LOADING Redis is loading the dataset in memory");
    else if (snapshot_stops_writes() && is_write(command))
        reply_error(client, SNAPSHOT_FAILED);
    else if (aof_stops_writes() != NULL && is_write(command))
        reply_errorf(client, "MISCONF Errors writing to the AOF file: %s",
                     aof_stops_writes());
    else
        return true;
    return false;
}
