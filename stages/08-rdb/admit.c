#include "admit.h"

#include "config.h"
#include "loading.h"
#include "local.h"

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

void reply_loading(struct client *client) {
    reply_error(client, "LOADING Redis is loading the dataset in memory");
}

bool admit_loading(struct client *client, const struct command *command) {
    if (!loading() || (command->flags & CMD_LOADING))
        return true;
    reply_loading(client);
    return false;
}

/* PING gets the error, too, since monitoring programs use it to ask whether the
 * server is well. */
bool admit_write(struct client *client, const struct command *command,
                 const char *error) {
    if (error == NULL ||
        (!(command->flags & CMD_WRITE) && strcmp(command->name, "ping") != 0))
        return true;
    reply_error(client, error);
    return false;
}
