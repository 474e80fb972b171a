#include "tracking.h"

#include <stdlib.h>

#include "broadcast.h"
#include "client_find.h"
#include "command_facts.h"
#include "entry_object.h"
#include "info.h"
#include "invalidation.h"
#include "multi.h"
#include "push.h"
#include "resp_write.h"
#include "settings.h"
#include "stream.h"
#include "string_hash.h"
#include "timer.h"
#include "tracking_table.h"
#include "watched.h"
#include "xalloc.h"

enum { TRIMMED = 1000 /* keys in a turn, beside those of its commands */ };

/* The most keys that are remembered; 0 for no limit. */
static int64_t max_keys = 1000000;

static size_t clients;     /* that are tracked */
static bool was_ever_used; /* before that nothing is looked up */

static void on_trim(struct timer *unused);
static struct timer trimming = {.expired = on_trim};

void tracking_start(void) {
    tracking_table_start();
    broadcast_start();
}

void tracking_stop(void) {
    timer_stop(&trimming);
    broadcast_stop();
    tracking_table_stop();
}

/* Clients. */

struct tracker *tracking_begin(struct client *client) {
    if (tracking_on(client))
        return client->state.tracker;
    clients++;
    was_ever_used = true;
    stage_set_special(&client->state, CLIENT_TRACKED, true);
    return client->state.tracker = xcalloc(1, sizeof(struct tracker));
}

/* The keys that the client has read stay in the table, in case it begins again.
 * If it is gone, they are dropped like all others (tracking_table.h). */
void tracking_forget(struct client *client) {
    if (!tracking_on(client))
        return;
    invalidation_untracked(client);
    broadcast_leave(client);
    free(client->state.tracker);
    client->state.tracker = NULL;
    stage_set_special(&client->state, CLIENT_TRACKED, false);
    clients--;
}

/* Telling those who have read a key. */

/* Returns the client, if it is to be told. */
static struct client *find_reader(uint64_t id, const struct client *changer) {
    struct client *client = client_find(id);
    if (client == NULL || !tracking_on(client) || client->state.tracker->bcast)
        return NULL;
    return client->state.tracker->noloop && client == changer ? NULL : client;
}

static void tell_readers(struct tracked *tracked,
                         const struct client *changer) {
    struct slice key = tracked_key(tracked);
    struct buf keys = {0};
    resp_write_number(&keys, '*', 1);
    resp_write_bulk(&keys, key.ptr, key.len);
    struct invalidation what = {.keys = &keys};
    size_t at = 0;
    /* They have been taken out of the table, so each is told once, until it
     * reads the key again. */
    for (uint64_t id; (id = tracked_next(tracked, &at)) != 0;) {
        struct client *client = find_reader(id, changer);
        if (client != NULL)
            invalidation_tell(client, &what);
    }
    invalidation_end(&what);
    buf_free(&keys);
    tracked_free(tracked);
}

/* Returns true for a change that does not affect a copy of the value. XGROUP
 * CREATE does affect it when it creates the key: a stream that was not
 * there. */
static bool leaves_value(const struct key *key, const char *event) {
    if (!watched_is_of_groups(key, event))
        return false;
    const struct entry *entry = keyspace_peek(key);
    if (event == NULL || strcmp(event, "txgroup-create") != 0 || entry == NULL)
        return true;
    const struct stream *stream = entry_object(entry);
    /* A stream with an id, or another group, was there before. */
    return !stream_id_is_zero(stream->last_id) || stream->groups.used > 1;
}

/* NOLOOP does not apply when a key expires or is evicted (the event begins with
 * x or e), since that is not the client's own change. But a client that itself
 * looks up a key whose time is over sees that it is gone, and is not told. */
void tracking_key_changed(const struct key *key, const char *event) {
    if (!was_ever_used || leaves_value(key, event))
        return;
    const struct client *client = push_to;
    bool evicted = event != NULL && event[0] == 'e';
    bool by_nobody = evicted || (event != NULL && event[0] == 'x');
    broadcast_key_changed(key->text,
                          by_nobody || client == NULL ? 0 : client->id);
    struct tracked *tracked = tracking_table_take(key->text, key->hash);
    if (tracked != NULL)
        tell_readers(tracked, evicted ? NULL : client);
}

/* Tells all tracked clients to drop all copies. */
void tracking_flushed(void) {
    struct buf keys[2] = {0};
    struct invalidation what[2] = {{.keys = &keys[0]}, {.keys = &keys[1]}};
    for (int i = 0; i < 2; i++)
        invalidation_of_all(&keys[i], i == 1);
    /* Even those who have read nothing, as in Redis. Without any tracked
     * client, the connections need not be walked through. */
    for (struct conn *at = conn_first(); clients > 0 && at; at = at->next) {
        struct client *client = at->app;
        if (tracking_on(client))
            invalidation_tell(client, &what[client->state.resp3]);
    }
    for (int i = 0; i < 2; i++) {
        invalidation_end(&what[i]);
        buf_free(&keys[i]);
    }
    tracking_table_clear();
}

/* The limit of the table. */

static bool is_too_large(void) {
    return max_keys > 0 && tracking_table_keys() > (size_t)max_keys;
}

/* Forgets any keys, at most this many, and tells their readers. */
static void trim(size_t most) {
    for (; most > 0 && is_too_large(); most--)
        tell_readers(tracking_table_take_any(), NULL);
}

/* After the setting was lowered, keys are forgotten in parts, one a turn. */
static void on_trim(struct timer *unused) {
    (void)unused;
    trim(TRIMMED);
    if (is_too_large())
        timer_start(&trimming, loop_now_us() + 1);
}

static const char *limit_changed(void) {
    timer_start(&trimming, loop_now_us());
    return NULL;
}

const struct setting tracking_settings[] = {
    {"tracking-table-max-keys", SETTING_INT64(max_keys, 0, INT64_MAX),
     .changed = limit_changed},
    {0},
};

/* Remembering what was read. */

/* Returns true if the keys that the command has read are to be remembered. */
static bool remembers(const struct tracker *tracker,
                      const struct command *command) {
    if (!(command->flags & CMD_READONLY) || command->flags & CMD_PUBSUB ||
        tracker->bcast)
        return false;
    return tracker->optin ? tracker->caching
                          : !(tracker->optout && tracker->caching);
}

static size_t remember(const struct client *client,
                       const struct request *request,
                       const struct key_range *keys) {
    for (size_t i = 0; i < keys->count; i++) {
        struct slice key = request->argv[keys->first + i * keys->step];
        tracking_table_add(key, string_hash(key), client->id);
    }
    return keys->count;
}

void tracking_called(struct client *client, const struct command *command,
                     const struct request *request) {
    if (!remembers(client->state.tracker, command))
        return;
    const struct command_facts *facts = command_facts(command);
    size_t specs = command_key_specs(facts), added = 0;
    for (size_t i = 0; i < specs; i++) {
        struct key_range keys;
        if (key_spec_find(&facts->keys[i], request->argv, request->argc, &keys))
            added += remember(client, request, &keys);
    }
    /* The table cannot have grown by more than what was added. */
    trim(added);
}

/* CLIENT CACHING applies to the next request, or to the next transaction. The
 * requests of CLIENT in between do not use it up. */
void tracking_answered(struct client *client, const struct request *request) {
    if (!tracking_on(client) || !client->state.tracker->caching ||
        multi_open(client))
        return;
    const struct command *command =
        request != NULL ? command_called(request->argv, request->argc) : NULL;
    if (command == NULL || strncmp(command->name, "client|", 7) != 0)
        client->state.tracker->caching = false;
}

void tracking_turn(void) {
    broadcast_turn();
}

void tracking_clients_info(struct buf *out) {
    info_line(out, "tracking_clients:%zu", clients);
}

void tracking_stats_info(struct buf *out) {
    info_line(out, "tracking_total_keys:%zu", tracking_table_keys());
    info_line(out, "tracking_total_items:%zu", tracking_table_items());
    info_line(out, "tracking_total_prefixes:%zu", broadcast_prefixes());
}
