#include "call.h"

void call(struct client *client, const struct command *command,
          struct request *request) {
    command->run(client, request);
}
