#include "run.h"

#include "browser.h"
#include "command.h"

void run_request(struct client *client, struct request *request) {
    const struct command *command = command_resolve(client, request);
    if (command == NULL) {
        /* Its error reply is dropped again if this is a browser. */
        browser_leave(client, request->argv[0]);
        return;
    }
    client->last_command = command;
    command->run(client, request);
}
