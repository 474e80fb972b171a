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
#include "debug.h"
#include "expire.h"
#include "hash.h"
#include "keyspace.h"
#include "list.h"
#include "log.h"
#include "reaper.h"
#include "set.h"
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
    sort_commands[], debug_commands[], memory_commands[];

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

extern const struct debug_subcommand look_debugs[], data_debugs[];

const struct debug_subcommand *const stage_debugs[] = {look_debugs, data_debugs,
                                                       NULL};

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
    blocking_stop();
    expire_stop();
    keyspace_stop();
    reaper_stop();
}

/* Changes of the data: who hears of them. */

void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes) {
    (void)changes;
    /* Of some changes of a stream those who wait must not hear. */
    if (stream_reading_wakes(event))
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
    (void)keys;
    /* The group that a waiting client reads by may be gone. */
    blocking_database_changed(db->number);
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
