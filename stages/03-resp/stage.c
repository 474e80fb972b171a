/* The table of contents of this stage: its commands, the order in which it
 * starts and stops, the way of a request, and the end of a client.
 *
 * Each stage has a stage.c of its own. A facility is a file, or a room of
 * files, and some lines here. */
#include "stage.h"

#include "app.h"
#include "browser.h"
#include "command.h"

/* Its commands, a table for each family. */

/* clang-format off */
extern const struct command
    connection_commands[], hello_commands[], client_commands[],
    command_commands[], info_commands[];

const struct command *const stage_commands[] = {
    connection_commands, hello_commands, client_commands, command_commands,
    info_commands,
    NULL,
};
/* clang-format on */

/* The start before the first connection, and the stop after the last. */

void app_start(void) {
    command_start();
}

void app_stop(void) {
    /* Nothing that was started holds anything. */
}

/* A client leaves. How one comes is in client_plain.c. */

void app_close(struct conn *conn) {
    struct client *client = conn->app;
    client_free(client);
}

/* Requests: which client may go on with its next one, and how it is run. */

bool stage_may_run(const struct client *client) {
    return !conn_full(client->conn) && !client->conn->ending;
}

void stage_run(struct client *client, struct request *request) {
    const struct command *command = command_resolve(client, request);
    /* Without a command, command_resolve() has replied with the error. */
    if (command != NULL)
        command->run(client, request);
    else
        browser_leave(client, request->argv[0]);
}
