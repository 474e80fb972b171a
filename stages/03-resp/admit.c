#include "admit.h"

bool admit(struct client *client, const struct command *command) {
    if (client->authenticated || (command->flags & CMD_NO_AUTH))
        return true;
    reply_error(client, "NOAUTH Authentication required.");
    return false;
}
