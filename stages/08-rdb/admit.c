#include "admit.h"

#include "loading.h"
#include "persistence.h"

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
    else if (persistence_error() != NULL && is_write(command))
        reply_error(client, persistence_error());
    else
        return true;
    return false;
}
