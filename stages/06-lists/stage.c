/* The table of contents of this stage: its commands and types, the order in
 * which it starts and stops, the listeners of changes, the way of a request,
 * and the end of a client. */
#include "stage.h"

#include <inttypes.h>

#include "app.h"
#include "blob.h"
#include "blocking.h"
#include "browser.h"
#include "command.h"
#include "expire.h"
#include "keyspace.h"
#include "list.h"
#include "log.h"
#include "reaper.h"

/* Its commands, a table for each family. */

/* clang-format off */
extern const struct command
    connection_commands[], hello_commands[], client_commands[],
    command_commands[], info_commands[],
    server_commands[], key_commands[], object_commands[], scan_commands[],
    set_value_commands[], string_commands[], number_commands[], lcs_commands[],
    expire_commands[],
    list_commands[], list_edit_commands[], list_move_commands[],
    list_wait_commands[], waiting_commands[];

const struct command *const stage_commands[] = {
    connection_commands, hello_commands, client_commands, command_commands,
    info_commands,
    server_commands, key_commands, object_commands, scan_commands,
    set_value_commands, string_commands, number_commands, lcs_commands,
    expire_commands,
    list_commands, list_edit_commands, list_move_commands, list_wait_commands,
    waiting_commands,
    NULL,
};
/* clang-format on */

/* The types of its values. */

const struct type_row stage_types[] = {
    {"string", blob_encoding, blob_free, blob_copy},
    {"list", list_encoding, list_free, list_copy},
};

/* The start before the first connection, and the stop after the last. */

void app_start(void) {
    command_start();
    keyspace_start();
    blocking_start();
}

void app_stop(void) {
    if (keyspace_changes() > 0)
        log_info("%" PRIu64 " changes are lost: this stage has no files",
                 keyspace_changes());
    /* The waiters have left with their connections. The reaper comes last,
     * since the databases are given to it. */
    blocking_stop();
    expire_stop();
    keyspace_stop();
    reaper_stop();
}

/* Changes of the data: who hears of them. */

void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes) {
    (void)event;
    (void)changes;
    blocking_key_changed(key);
}

void stage_key_falls_due(int64_t due_ms) {
    expire_by(due_ms);
}

void stage_key_expired(const struct key *key) {
    /* No client has changed the key, so this counts as no change. */
    keyspace_changed(key, "xexpired", 0);
}

void stage_flushed(const struct db *db, size_t keys) {
    (void)db;
    (void)keys;
}

void stage_swapped(int one, int other) {
    blocking_database_changed(one);
    blocking_database_changed(other);
}

void stage_emptied(bool all) {
    (void)all;
}

/* A client leaves. How one comes is in client_plain.c. */

void app_close(struct conn *conn) {
    struct client *client = conn->app;
    blocking_forget(client);
    client_free(client);
}

/* Requests: which client may go on with its next one, and how it is run. */

bool stage_may_run(const struct client *client) {
    return !conn_full(client->conn) && !client->conn->ending &&
           client->state.waiter == NULL;
}

bool stage_may_wait(const struct client *client) {
    (void)client;
    return true;
}

void stage_run(struct client *client, struct request *request) {
    stage_begin_reply(client);
    const struct command *command = command_resolve(client, request);
    if (command == NULL)
        browser_leave(client, request->argv[0]);
    else
        command->run(client, request);
    blocking_serve();
}
