/* The table of contents of this stage: its commands and types, what it starts
 * and stops, who hears of changes, how a request is run, and the end
 * of a client. */
#include "stage.h"

#include <inttypes.h>

#include "app.h"
#include "blob.h"
#include "browser.h"
#include "command.h"
#include "keyspace.h"
#include "log.h"

/* Its commands, a table for each family. */

/* clang-format off */
extern const struct command
    connection_commands[], hello_commands[], client_commands[],
    command_commands[], info_commands[],
    server_commands[], key_commands[], object_commands[], scan_commands[],
    set_value_commands[], string_commands[], number_commands[], lcs_commands[];

const struct command *const stage_commands[] = {
    connection_commands, hello_commands, client_commands, command_commands,
    info_commands,
    server_commands, key_commands, object_commands, scan_commands,
    set_value_commands, string_commands, number_commands, lcs_commands,
    NULL,
};
/* clang-format on */

/* The types of its values. */

const struct type_row stage_types[] = {
    {"string", blob_encoding, blob_free, blob_copy},
};

/* Started before the first connection, and stopped after the last one. */

void app_start(void) {
    command_start();
    keyspace_start();
}

void app_stop(void) {
    /* Stage 8 will save them. */
    if (keyspace_changes() > 0)
        log_info("%" PRIu64 " changes are lost: this stage has no files",
                 keyspace_changes());
    keyspace_stop();
}

/* Changes of the data: who hears of them. So far nobody does; the keyspace
 * counts them itself. */

void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes) {
    (void)key;
    (void)event;
    (void)changes;
}

void stage_flushed(const struct db *db, size_t keys) {
    (void)db;
    (void)keys;
}

void stage_swapped(int one, int other) {
    (void)one;
    (void)other;
}

void stage_emptied(bool all) {
    (void)all;
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
    if (command != NULL)
        command->run(client, request);
    else
        browser_leave(client, request->argv[0]);
}
