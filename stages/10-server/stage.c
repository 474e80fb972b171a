/* The table of contents of this stage: its commands and types, the order in
 * which it starts and stops, the listeners of changes, the way of a request,
 * and the life of a client. */
#include "stage.h"

#include "acl.h"
#include "acl_log.h"
#include "address.h"
#include "admit.h"
#include "aof.h"
#include "aof_config.h"
#include "aof_first.h"
#include "aof_log.h"
#include "aof_pending.h"
#include "aof_state.h"
#include "app.h"
#include "apply.h"
#include "aside.h"
#include "background.h"
#include "blob.h"
#include "blocking.h"
#include "browser.h"
#include "buf_slice.h"
#include "bulk_limit.h"
#include "child.h"
#include "client_address.h"
#include "client_memory.h"
#include "client_reply.h"
#include "client_table.h"
#include "clock.h"
#include "command.h"
#include "command_facts.h"
#include "command_stats.h"
#include "config.h"
#include "db_free.h"
#include "debug.h"
#include "detached.h"
#include "effect.h"
#include "effect_gone.h"
#include "expire.h"
#include "failover.h"
#include "follower.h"
#include "full_sync.h"
#include "hash.h"
#include "history.h"
#include "info.h"
#include "introspect.h"
#include "keyspace.h"
#include "latency.h"
#include "lazyfreed.h"
#include "link.h"
#include "list.h"
#include "listener.h"
#include "loading.h"
#include "log.h"
#include "lookups.h"
#include "loop.h"
#include "memory_limit.h"
#include "memory_look.h"
#include "monitor.h"
#include "multi.h"
#include "net_counts.h"
#include "notifications.h"
#include "own_keys.h"
#include "pause.h"
#include "primary.h"
#include "process.h"
#include "propagate.h"
#include "pubsub.h"
#include "push.h"
#include "rdb_place.h"
#include "reaper.h"
#include "repl_stream.h"
#include "replica.h"
#include "replica_config.h"
#include "replication.h"
#include "set.h"
#include "settings.h"
#include "settings_taken.h"
#include "shutdown_wait.h"
#include "slowlog.h"
#include "snapshot.h"
#include "sort_locale.h"
#include "stalled.h"
#include "stranger.h"
#include "stream.h"
#include "stream_reading.h"
#include "target.h"
#include "ticks.h"
#include "timed_call.h"
#include "told.h"
#include "tracking.h"
#include "traffic.h"
#include "watched.h"
#include "welcome.h"
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
    sort_commands[], debug_commands[], memory_commands[], memory_more_commands[],
    shutdown_commands[], save_commands[], dump_commands[], restore_commands[], config_commands[],
    aof_commands[],
    client_more_commands[], config_more_commands[],
    acl_commands[], help_commands[], multi_commands[], pubsub_commands[],
    slowlog_commands[],
    latency_commands[], monitor_commands[], lolwut_commands[],
    all_clients_commands[], pause_commands[], tracking_commands[],
    migrate_commands[], cluster_commands[], follow_commands[], replica_commands[],
    wait_commands[], failover_commands[], extension_commands[];

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
    sort_commands, debug_commands, memory_commands, memory_more_commands,
    shutdown_commands, save_commands, dump_commands, restore_commands, config_commands,
    aof_commands,
    client_more_commands, config_more_commands,
    acl_commands, help_commands, multi_commands, pubsub_commands, slowlog_commands,
    latency_commands, monitor_commands, lolwut_commands,
    all_clients_commands, pause_commands, tracking_commands,
    migrate_commands, cluster_commands, follow_commands, replica_commands,
    wait_commands, failover_commands, extension_commands,
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
    object_debugs[], reload_debugs[], restore_debugs[], aof_debugs[],
    protocol_debugs[], history_debugs[], rewrite_debugs[], crash_debugs[],
    cron_debugs[], output_debugs[];

const struct debug_subcommand *const stage_debugs[] = {look_debugs,
                                                       data_debugs,
                                                       object_debugs,
                                                       reload_debugs,
                                                       restore_debugs,
                                                       aof_debugs,
                                                       protocol_debugs,
                                                       history_debugs,
                                                       rewrite_debugs,
                                                       crash_debugs,
                                                       cron_debugs,
                                                       output_debugs,
                                                       NULL};

/* Its settings. */

extern const struct setting server_settings[], acl_settings[],
    snapshot_settings[], aof_settings[], format_settings[], limit_settings[],
    output_settings[], slowlog_settings[], latency_settings[],
    latency_stats_settings[], notification_settings[], memory_settings[],
    use_settings[], process_settings[], supervisor_settings[], log_settings[],
    oom_settings[], cpu_settings[], title_settings[], crash_settings[],
    taken_settings[], tracking_settings[], primary_settings[],
    shutdown_settings[], replica_settings[], rename_settings[],
    lazyfree_settings[], delay_settings[], extension_settings[],
    sort_settings[], include_settings[], list_settings[];

/* clang-format off */
const struct setting *const stage_settings[] = {
    server_settings,        acl_settings,          snapshot_settings,
    aof_settings,           format_settings,       limit_settings,
    output_settings,        slowlog_settings,      latency_settings,
    latency_stats_settings, notification_settings, memory_settings,
    use_settings,           process_settings,      supervisor_settings,
    log_settings,           oom_settings,          cpu_settings,
    title_settings,         crash_settings,        taken_settings,
    tracking_settings,      primary_settings,      shutdown_settings,
    replica_settings,       rename_settings,       lazyfree_settings,
    delay_settings,         extension_settings,    sort_settings,
    include_settings,       list_settings,         NULL,
};
/* clang-format on */

/* The sections of INFO. */

static void persistence_info(struct buf *out) {
    if (aside_runs())
        aside_info(out);
    else
        loading_info(out);
    child_info(out);
    snapshot_info(out);
    aof_state_info(out);
    never_persistence_info(out);
}

static void server_clients_info(struct buf *out) {
    clients_info(out);
    tracking_clients_info(out);
}

static void server_stats_info(struct buf *out) {
    stats_info(out);
    command_totals_info(out);
    traffic_info(out);
    lookups_info(out);
    memory_limit_info(out);
    child_fork_info(out);
    pubsub_info(out);
    tracking_stats_info(out);
    target_info(out);
    primary_stats_info(out);
    replica_stats_info(out);
    never_stats_info(out);
    acl_log_info(out);
}

const struct info_section stage_info[] = {
    {"Server", server_info},
    {"Clients", server_clients_info},
    {"Memory", memory_info},
    {"Persistence", persistence_info},
    {"Stats", server_stats_info},
    {"Replication", replication_info},
    {"CPU", cpu_info},
    {"Modules", modules_info},
    {"Commandstats", command_stats_info},
    {"Errorstats", error_stats_info},
    {"Latencystats", latency_stats_info},
    {"Cluster", cluster_info},
    {"Keyspace", keyspace_info},
    {"Debug", traffic_debug_info},
    {0},
};

void stage_reset_statistics(void) {
    command_stats_reset();
    traffic_reset();
    lookups_reset();
    memory_limit_reset();
    lazyfreed_reset();
    net_counts = (struct net_counts){0};
    primary_counts = (struct primary_counts){0};
    child_counts = (struct child_counts){0};
    snapshot_saves = aof.rewrites = aof_log_delayed = 0;
}

/* Effects: the commands that are propagated in other words, and who keeps a
 * copy of the data and receives them. */

extern const struct effect_row string_effects[], pop_effects[],
    stream_effects[], migrate_effects[];

const struct effect_row *const stage_effects[] = {
    string_effects, pop_effects, stream_effects, migrate_effects, NULL};

/* The replicas of a replica get the bytes of its primary, not its own
 * effects. */
bool stage_keeps_copies(void) {
    return aof_wanted() || (repl_stream_active() && !replica_is());
}

static void log_unit(struct slice bytes) {
    struct buf rest = {0};
    if (!told_any()) {
        aof_log_append(bytes);
        return;
    }
    told_leave_out(bytes, &rest);
    aof_log_append(buf_slice(&rest));
    buf_free(&rest);
}

void stage_propagated(struct slice bytes) {
    log_unit(bytes);
    if (!replica_is())
        repl_stream_append(bytes);
    if (push_to != NULL)
        acks_mark(push_to);
}

/* Where in the replication history our data stand. */
bool stage_place(struct rdb_place *place) {
    /* Without a history that others share, the place would lead nowhere. */
    if (replica_is() ? !link_may_resume() : !repl_stream_active())
        return false;
    memcpy(place->id, history.id, sizeof place->id);
    place->offset = history.offset;
    place->database = replica_is() ? apply_database() : propagate_database();
    return true;
}

/* The start before the first connection, and the stop after the last. */

static void loaded(const char *wrong) {
    if (wrong != NULL) {
        /* The next save would replace the file, and the data would be lost. */
        log_error("%s", wrong);
        log_exit();
    }
    effect_start();
    aof_start();
    snapshot_start();
    replica_loaded(!aof_config.appendonly);
    /* The data may hold strings from a time when the limit was larger. */
    bulk_limit_apply();
    settings_taken_tell();
    listener_tell();
    /* From here on, effects go somewhere, so keys may expire. */
    (void)expire_set_active(true);
    process_ready();
}

void app_start(void) {
    /* Commands get their numbers, by which the others find what they know of
     * them. */
    command_start();
    command_facts_start();
    acl_start();
    lookups_start();
    sort_locale_start();
    /* The cast is safe: the setting is at most KEYSPACE_MOST. */
    keyspace_databases = (int)config.databases;
    keyspace_start();
    blocking_start();
    watched_start();
    pubsub_start();
    tracking_start();
    info_start();
    memory_look_start();
    history_start();
    primary_start();
    replica_start();
    ticks_start();
    memory_limit_start();
    /* While data are being loaded, the expiry of a key cannot be propagated. */
    (void)expire_set_active(false);
    loading_start(loaded);
}

static bool settle_files(bool snapshot, bool force) {
    if (aof_is_incomplete() && !force) {
        log_error("the first append-only file is being written");
        return false;
    }
    /* A child would write what this process is about to write. */
    snapshot_abort();
    aof_rewrite_abort();
    /* A save in the middle of loading would lose what is not loaded yet. */
    if (loading())
        return true;
    bool good = aof_log_settle() == 0;
    return ((!snapshot || snapshot_save()) && good) || force;
}

bool stage_settle(bool snapshot, bool force) {
    full_sync_abort();
    if (settle_files(snapshot, force))
        return true;
    /* The server goes on, and replicas that wait for a snapshot must get it. */
    full_sync_plan();
    return false;
}

void app_stop(void) {
    /* Those that fill the keyspace or write it to disk stop first. Those with
     * pointers into it stop before it, and the reaper, which frees what it gave
     * up, at the end. */
    loading_stop();
    aside_stop();
    replica_stop();
    snapshot_abort();
    aof_stop();
    target_stop();
    blocking_stop();
    watched_stop();
    pubsub_stop();
    monitor_stop();
    slowlog_reset();
    command_stats_reset();
    tracking_stop();
    push_stop();
    output_spares_free();
    memory_limit_stop();
    pause_stop();
    primary_stop();
    repl_stream_end();
    expire_stop();
    keyspace_stop();
    acl_stop();
    reaper_stop();
    background_stop();
}

/* Writes the log, and notes how long that took. */
static void write_log(void) {
    int64_t began_us = aof_wanted() ? clock_monotonic_us() : 0;
    aof_turn();
    if (began_us != 0)
        traffic.log_us += clock_monotonic_us() - began_us;
}

/* A turn of the loop. Replies are sent only when the changes have been written
 * to the log and, if the policy asks for it, synced. Sending them makes room,
 * so clients that were full go on with their next requests, and the changes of
 * these must be written before the next replies are sent. */

void stage_turn(void) {
    do {
        tracking_turn();
        write_log();
        acks_turn();
        failover_turn();
        shutdown_turn();
        primary_turn();
    } while (conn_flush_all() || client_memory_evict());
    traffic_turn();
    loop_turn();
}

/* Changes of the data, and who is told of them. */

void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes) {
    if (stream_reading_wakes(event))
        blocking_key_changed(key);
    watched_key_changed(key, event);
    tracking_key_changed(key, event);
    snapshot_changed(changes);
    notifications_key_event(key, event);
    /* A writable replica remembers the keys that its own clients have written:
     * it must expire them itself, since its primary does not know them. */
    if (replica_is() && !replica_config.read_only && !apply_runs)
        own_keys_changed(key);
}

/* Decides how a key whose time has come is judged: on a replica, and during a
 * pause, it is hidden, and elsewhere it goes. */
void stage_judge_keys(void) {
    bool hides = replica_is() || pause_mode != PAUSE_NONE;
    /* A load judges keys in its own way, since a log says itself when they
     * go. */
    if (!loading())
        (void)db_judge(hides ? DB_HIDDEN : DB_GOES);
}

void stage_pause_weaker(void) {
    link_go_on();
}

void stage_key_looked_up(const struct client *client, const struct key *key,
                         bool found) {
    if (found)
        lookups_found++;
    else if (lookups_missed(client))
        notifications_key_event(key, "mkeymiss");
}

/* A write of the log may have to wait for the disk if a sync or a child keeps
 * that busy. */
static const char *kind_of_write(void) {
    return aof_log_syncing   ? "aof-write-pending-fsync"
           : child_running() ? "aof-write-active-child"
                             : "aof-write-alone";
}

void stage_stalled(const char *event, int64_t us) {
    if (strcmp(event, "expire-cycle") == 0)
        traffic_expired(us);
    if (latency_threshold_ms == 0)
        return;
    latency_add(event, (uint64_t)us);
    if (strcmp(event, "aof-write") == 0)
        latency_add(kind_of_write(), (uint64_t)us);
}

void stage_key_added(const struct key *key) {
    notifications_key_event(key, "nnew");
}

void stage_key_falls_due(int64_t due_ms) {
    expire_by(due_ms);
}

void stage_key_expired(const struct key *key) {
    traffic.expired++;
    /* No client changed the key, so this does not count as a change. */
    keyspace_changed(key, "xexpired", 0);
    effect_expired(key);
}

void stage_key_evicted(const struct key *key) {
    keyspace_changed(key, "eevicted", 0);
    effect_evicted(key);
}

bool stage_keeps_heap(void) {
    return aside_runs();
}

/* Bytes that wait for a slow replica must not count. They would make the server
 * evict keys, and each eviction would give the replica more to read. */
size_t memory_limit_not_counted(void) {
    return aof_pending_len() + repl_backlog_excess();
}

void stage_flushed(const struct db *db, size_t keys) {
    /* The consumer group that a client waits for may be among what was deleted.
     * If other keys are being loaded, it looks again when all are there: until
     * then its request would be refused. */
    if (!loading()) {
        blocking_database_changed(db->number);
        lazyfreed_flushed(keys);
    }
    watched_flushed(db->number);
    snapshot_changed(keys);
}

/* All keys of the database have been exchanged for others, which were loaded
 * beside them. Unlike a flush this may also bring keys. */
void stage_replaced(int database) {
    blocking_database_changed(database);
    watched_replaced(database);
}

void stage_swapped(int one, int other) {
    blocking_database_changed(one);
    blocking_database_changed(other);
    watched_swapped(one, other);
    snapshot_changed(1);
}

void stage_emptied(bool all) {
    tracking_flushed();
    if (all)
        snapshot_emptied();
}

/* Connections: who is let in. */

bool stage_is_protected(void) {
    return welcome_config.protected_mode && auth_default->nopass;
}

/* Clients: their coming and going, what RESET forgets, and what CLIENT INFO
 * shows of their state. */

void app_open(struct conn *conn) {
    struct client *client = client_new(conn);
    auth_begin(client);
    client_table_add(client);
}

void app_close(struct conn *conn) {
    struct client *client = conn->app;
    client_table_remove(client);
    client_memory_forget(client);
    client_address_forget(client);
    acks_forget(client);
    blocking_forget(client);
    pause_forget(client);
    multi_forget(client);
    watched_forget(client);
    pubsub_forget(client);
    monitor_forget(client);
    tracking_forget(client);
    push_forget(client);
    follower_forget(client);
    client_free(client);
}

void stage_client_reset(struct client *client) {
    client_set_text(&client->state.name, (struct slice){0});
    client->database = 0;
    multi_forget(client);
    watched_forget(client);
    pubsub_forget(client);
    monitor_forget(client);
    tracking_forget(client);
    client->state.no_evict = client->no_touch = false;
    client->state.resp3 = false;
    auth_begin(client);
    /* A CLIENT REPLY SKIP before a RESET holds for the reply of the RESET. */
    if (client->state.replies == REPLIES_OFF)
        client_reply_on(client);
}

const char *stage_client_flags(const struct client *client) {
    /* There are fewer letters than this, so the text always fits. */
    static char flags[16];
    char *at = flags;
    if (client->state.special & CLIENT_MONITOR)
        *at++ = 'O';
    else if (client->state.special & CLIENT_FOLLOWER)
        *at++ = 'S';
    if (apply_is_for(client))
        *at++ = 'M';
    if (pubsub_subscribed(client))
        *at++ = 'P';
    if (multi_open(client))
        *at++ = 'x';
    if (blocking_waits(client) ||
        (pause_waits(client) && !pause_is_over(client)))
        *at++ = 'b';
    if (tracking_on(client))
        *at++ = 't';
    if (tracking_on(client) && client->state.tracker->broken)
        *at++ = 'R';
    if (tracking_on(client) && client->state.tracker->bcast)
        *at++ = 'B';
    if (watched_changed(client))
        *at++ = 'd';
    if (client->conn->ending)
        *at++ = 'c';
    if ((client->state.waiter != NULL && !blocking_waits(client)) ||
        pause_is_over(client)) /* it goes on at the end of this turn */
        *at++ = 'u';
    if (client_address(client)->is_path)
        *at++ = 'U';
    if (client->state.no_evict)
        *at++ = 'e';
    if (client->no_touch)
        *at++ = 'T';
    if (at == flags)
        *at++ = 'N'; /* nothing to tell */
    *at = '\0';
    return flags;
}

/* Requests: which client may go on with its next one, and how it is run. */

bool stage_may_run(const struct client *client) {
    return client->state.waiter == NULL && client->state.held == NULL &&
           !client->conn->ending && !conn_full(client->conn);
}

bool stage_may_wait(const struct client *client) {
    return !detached(client) && !multi_open(client);
}

static void begin_reply(struct client *client) {
    if (client->state.special & CLIENT_MUTE)
        client_reply_begin(client);
    else
        client->out = conn_out(client->conn);
}

/* A reply that is sent while no request of the client is running. */
void stage_begin_reply(struct client *client) {
    begin_reply(client);
    if (client->state.special & CLIENT_TRACKED)
        tracking_answered(client, NULL);
}

bool stage_may_time_out(const struct client *client) {
    return blocking_waits(client) && !client->state.waits_for_end;
}

void stage_answer_late(struct client *client, const struct request *request,
                       const char *error) {
    size_t reply_at = buf_len(client->out);
    if (error != NULL)
        reply_error(client, error);
    else if (!acks_answer_late(client))
        reply_null_array(client);
    timed_call_waited(client, request, reply_at);
    client_reply_end(client);
    if (client->state.special & CLIENT_FOLLOWER)
        primary_expect_silence(client, reply_at);
}

/* Asks the facilities that watch single clients. Each has a bit in stage.h,
 * which it sets as long as it wants to be asked. So an ordinary client pays for
 * all of them with one branch, which is always predicted. */
static bool special_admits(struct client *client, const struct command *command,
                           const struct request *request) {
    /* A limited user and nothing else is the usual case: only its rules are
     * asked. */
    if (client->state.special == CLIENT_LIMITED)
        return acl_admits(client, command, request);
    return auth_admits(client, command) && multi_admits(client, command) &&
           acl_admits(client, command, request);
}

/* As in Redis, the state of the server is asked about before what a client has
 * begun: a subscriber's SET is refused because of the memory, if that is full.
 */
static inline bool subscriber_admits(struct client *client,
                                     const struct command *command) {
    return !pubsub_subscribed(client) || pubsub_admits(client, command);
}

/* On a replica, whatever its primary sends is done. */
static bool __attribute__((noinline))
replica_admits(struct client *client, const struct command *command) {
    if (apply_is_for(client)) {
        /* The primary's write cannot be refused, so a failed disk ends the
         * server. */
        replica_disk_failed(command, snapshot_error());
        replica_disk_failed(command, aof_error());
        return apply_admits(client, command);
    }
    return memory_limit_admits(client, command) &&
           admit_write(client, command, snapshot_error()) &&
           admit_write(client, command, aof_error()) &&
           replica_admits_write(client, command) &&
           subscriber_admits(client, command) &&
           replica_admits_stale(client, command) &&
           admit_loading(client, command) && aside_admits(client, command);
}

/* Returns true if all of these admit the command. They are asked in this order,
 * and the one that refuses gives the error reply. */
bool stage_admits(struct client *client, const struct command *command) {
    if (replica_is())
        return replica_admits(client, command);
    return memory_limit_admits(client, command) &&
           admit_write(client, command, snapshot_error()) &&
           admit_write(client, command, aof_error()) &&
           primary_admits(client, command) &&
           subscriber_admits(client, command) && admit_loading(client, command);
}

/* A transaction may hold the REPLICAOF that has made this server a replica. A
 * write behind it would be in no history: a partial resync would go on as if it
 * had not happened. */
bool stage_still_admits(struct client *client, const struct command *command,
                        const struct request *request) {
    return acl_still_admits(client, command, request) &&
           (!replica_is() || apply_is_for(client) ||
            replica_admits_write(client, command));
}

/* Finds the command that a request names, if it may run now. Returns NULL after
 * an error reply. */
static const struct command *accept_request(struct client *client,
                                            const struct request *request) {
    const struct command *command = command_resolve(client, request);
    if (command == NULL)
        browser_leave(client, request->argv[0]);
    else if (!admit_debug(client, command) ||
             (client->state.special != 0 &&
              !special_admits(client, command, request)) ||
             !stage_admits(client, command) ||
             ((client->state.special & ~(unsigned)CLIENT_LIMITED) != 0 &&
              !(monitor_admits(client, command) &&
                multi_admits_queue(client, command))))
        return NULL;
    return command;
}

static void refused(struct client *client, const struct request *request,
                    size_t reply_at) {
    multi_refused(client, request, reply_at);
    timed_call_refused(client, request, reply_at);
}

void stage_called(struct client *client, const struct command *command,
                  const struct request *request) {
    if (client->state.special & CLIENT_TRACKED)
        tracking_called(client, command, request);
}

/* Ends the request of a client that is special, or was when the request came.
 * The command is the one that was called, or NULL. */
static void end_special(struct client *client, unsigned was_special,
                        const struct command *command,
                        const struct request *request, size_t reply_at) {
    if (command != NULL)
        stage_called(client, command, request);
    if (buf_len(client->out) > reply_at)
        tracking_answered(client, request);
    client_reply_end(client);
    if (was_special & CLIENT_FOLLOWER)
        primary_expect_silence(client, reply_at);
    if (stranger(client))
        stranger_limit(client, !(was_special & CLIENT_STRANGER));
}

/* The way of every request. A facility must cost nothing here while nobody uses
 * it. One that is about single clients has a bit in stage.h, and its calls
 * stand in special_admits(), in end_special(), or behind a test of that bit, as
 * in multi_takes(). One that is about the whole server stands behind a single
 * test of a variable or of the command's flags, inline in its header, as in
 * push_running(). */
void stage_run(struct client *client, struct request *request) {
    unsigned was_special = client->state.special;
    push_running(client);
    begin_reply(client);
    size_t reply_at = buf_len(client->out);
    const struct command *called = NULL, *command;
    command = accept_request(client, request);
    if (command == NULL) {
        refused(client, request, reply_at);
    } else if (pause_holds(client, command)) {
        /* As in Redis, this comes before the queue of a transaction: a write
         * waits that would only be queued. */
        pause_hold(client, request);
    } else if (multi_takes(client, command)) {
        multi_add(client, command, request);
    } else {
        timed_call(client, command, request);
        called = command;
    }
    /* A request may end what made its client special, as RESET and EXEC do. */
    unsigned special = was_special | client->state.special;
    if ((special & ~(unsigned)CLIENT_LIMITED) != 0)
        end_special(client, was_special, called, request, reply_at);
    /* Waiters are served only now, after the whole of an EXEC. */
    blocking_serve();
    push_running(NULL);
}
