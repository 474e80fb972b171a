/* The table of contents of this stage: its commands and types, the order in
 * which it starts and stops, the listeners of changes, the way of a request,
 * and the end of a client. */
#include "stage.h"

#include "admit.h"
#include "app.h"
#include "blob.h"
#include "blocking.h"
#include "browser.h"
#include "child.h"
#include "command.h"
#include "config.h"
#include "debug.h"
#include "expire.h"
#include "hash.h"
#include "info.h"
#include "keyspace.h"
#include "list.h"
#include "loading.h"
#include "log.h"
#include "loop.h"
#include "reaper.h"
#include "set.h"
#include "settings.h"
#include "shutdown.h"
#include "snapshot.h"
#include "stream.h"
#include "stream_reading.h"
#include "zset.h"

/* Its commands, a table for each family. */

/* clang-format off */
extern const struct command
    connection_commands[], hello_commands[], client_commands[],
    command_commands[], info_commands[],
    server_commands[], key_commands[], object_commands[], scan_commands[],
    set_value_commands[], string_commands[], number_commands[], lcs_commands[],
    expire_commands[],
    list_commands[], list_edit_commands[], list_move_commands[],
    list_wait_commands[], waiting_commands[],
    hash_commands[], hash_number_commands[], hash_look_commands[],
    sets_commands[], sets_random_commands[], sets_algebra_commands[],
    zset_commands[], zset_range_commands[], zset_pop_commands[],
    zset_algebra_commands[], zset_scan_commands[],
    geo_commands[], geo_search_commands[], bitmap_commands[],
    bitfield_commands[], hyperloglog_commands[],
    stream_commands[], stream_read_commands[], stream_group_commands[],
    stream_pending_commands[], stream_claim_commands[], stream_info_commands[],
    sort_commands[], debug_commands[], memory_commands[],
    shutdown_commands[], save_commands[], dump_commands[], restore_commands[], config_commands[];

const struct command *const stage_commands[] = {
    connection_commands, hello_commands, client_commands, command_commands,
    info_commands,
    server_commands, key_commands, object_commands, scan_commands,
    set_value_commands, string_commands, number_commands, lcs_commands,
    expire_commands,
    list_commands, list_edit_commands, list_move_commands, list_wait_commands,
    waiting_commands,
    hash_commands, hash_number_commands, hash_look_commands,
    sets_commands, sets_random_commands, sets_algebra_commands,
    zset_commands, zset_range_commands, zset_pop_commands,
    zset_algebra_commands, zset_scan_commands,
    geo_commands, geo_search_commands, bitmap_commands, bitfield_commands,
    hyperloglog_commands,
    stream_commands, stream_read_commands, stream_group_commands,
    stream_pending_commands, stream_claim_commands, stream_info_commands,
    sort_commands, debug_commands, memory_commands,
    shutdown_commands, save_commands, dump_commands, restore_commands, config_commands,
    NULL,
};
/* clang-format on */

/* The types of its values. */

const struct type_row stage_types[] = {
    [TYPE_STRING] = {"string", blob_encoding, blob_free, blob_copy},
    [TYPE_LIST] = {"list", list_encoding, list_free, list_copy},
    [TYPE_SET] = {"set", set_encoding, set_free, set_copy},
    [TYPE_STREAM] = {"stream", stream_encoding, stream_free, stream_copy},
    [TYPE_HASH] = {"hash", hash_encoding, hash_free, hash_copy},
    [TYPE_ZSET] = {"zset", zset_encoding, zset_free, zset_copy},
};

/* The subcommands of DEBUG. */

extern const struct debug_subcommand look_debugs[], data_debugs[],
    reload_debugs[], restore_debugs[];

const struct debug_subcommand *const stage_debugs[] = {
    look_debugs, data_debugs, reload_debugs, restore_debugs, NULL};

/* Its settings. */

extern const struct setting server_settings[], snapshot_settings[],
    limit_settings[];

const struct setting *const stage_settings[] = {
    server_settings, snapshot_settings, limit_settings, NULL};

/* The sections of INFO. */

static void persistence_info(struct buf *out) {
    loading_info(out);
    child_info(out);
    child_fork_info(out);
    snapshot_info(out);
}

const struct info_section stage_info[] = {
    {"Server", server_info},     {"Clients", clients_info},
    {"Memory", memory_info},     {"Persistence", persistence_info},
    {"Keyspace", keyspace_info}, {0},
};

/* The start before the first connection, and the stop after the last. */

static void loaded(const char *wrong) {
    if (wrong != NULL) {
        /* The next save would replace the file, and the data would be lost. */
        log_error("%s", wrong);
        log_exit();
    }
    snapshot_start();
    log_info("ready on port %d", (int)config.port);
}

void app_start(void) {
    command_start();
    keyspace_databases = (int)config.databases;
    keyspace_start();
    blocking_start();
    info_start();
    loading_start(loaded);
}

bool stage_settle(bool snapshot, bool force) {
    /* A child would write what this process is about to write. */
    snapshot_abort();
    /* A save in the middle of loading would lose what is not loaded yet. */
    return loading() || !snapshot || snapshot_save() || force;
}

void app_stop(void) {
    loading_stop();
    snapshot_abort();
    blocking_stop();
    expire_stop();
    keyspace_stop();
    reaper_stop();
}

/* A turn of the loop. */

void stage_turn(void) {
    while (conn_flush_all())
        continue;
    loop_turn();
}

/* Changes of the data: who hears of them. */

void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes) {
    if (stream_reading_wakes(event))
        blocking_key_changed(key);
    snapshot_changed(changes);
}

void stage_key_falls_due(int64_t due_ms) {
    expire_by(due_ms);
}

void stage_key_expired(const struct key *key) {
    /* No client has changed the key, so this counts as no change. */
    keyspace_changed(key, "xexpired", 0);
}

void stage_flushed(const struct db *db, size_t keys) {
    /* The group that a waiting client reads by may be gone. */
    blocking_database_changed(db->number);
    snapshot_changed(keys);
}

void stage_swapped(int one, int other) {
    blocking_database_changed(one);
    blocking_database_changed(other);
    snapshot_changed(1);
}

void stage_emptied(bool all) {
    if (all)
        snapshot_emptied();
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

/* Returns true if all agree that the command may run now. They are asked in
 * this order, and the one that refuses gives the error reply. */
static bool admits(struct client *client, const struct command *command) {
    return admit_debug(client, command) && admit_loading(client, command) &&
           admit_write(client, command, snapshot_error());
}

void stage_run(struct client *client, struct request *request) {
    stage_begin_reply(client);
    const struct command *command = command_resolve(client, request);
    if (command == NULL)
        browser_leave(client, request->argv[0]);
    else if (admits(client, command))
        command->run(client, request);
    blocking_serve();
}
