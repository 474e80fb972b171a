#include "admit.h"

#include "config.h"
#include "loading.h"
#include "local.h"
#include "persistence.h"

bool admit_debug(struct client *client, const struct command *command) {
    if (!(command->flags & CMD_ADMIN) || strcmp(command->name, "debug") != 0 ||
        local_allows(config.debug_commands, client))
        return true;
    reply_error(client,
                "ERR DEBUG command not allowed. If the enable-debug-command "
                "option is set to \"local\", you can run it from a local "
                "connection, otherwise you need to set this option in the "
                "configuration file, and then restart the server.");
    return false;
}

/* Whether the command is one of those that are refused while nothing can be
 * written to disk. */
static bool is_write(const struct command *command) {
    return (command->flags & CMD_WRITE) || strcmp(command->name, "ping") == 0;
}

bool admit_now(struct client *client, const struct command *command) {
    if (loading() && !(command->flags & CMD_LOADING))
        reply_error(client, "LOADING Redis is loading the dataset in memory");
    else if (persistence_error() != NULL && is_write(command))
        reply_error(client, persistence_error());
    else
        return true;
    return false;
}
