#include "run.h"

#include "admit.h"
#include "blocking.h"
#include "browser.h"
#include "call.h"
#include "command.h"

static void run(struct client *client, struct request *request) {
    const struct command *command = command_resolve(client, request);
    if (command == NULL) {
        /* Its error reply is dropped again if this is a browser. */
        browser_leave(client, request->argv[0]);
        return;
    }
    client->last_command = command;
    if (admit_debug(client, command) && admit_now(client, command))
        call(client, command, request);
}

void run_request(struct client *client, struct request *request) {
    client_begin_reply(client);
    run(client, request);
    /* Others may have waited for what the command has changed. */
    blocking_serve();
}
