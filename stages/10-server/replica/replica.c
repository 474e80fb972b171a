#include "replica.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "blocking.h"
#include "db.h"
#include "follower.h"
#include "follower_pulse.h"
#include "history.h"
#include "info.h"
#include "link.h"
#include "log.h"
#include "oom_score.h"
#include "own_keys.h"
#include "propagate.h"
#include "rdb_place.h"
#include "repl_stream.h"
#include "replica_config.h"
#include "resync.h"
#include "xalloc.h"

struct replica replica;

/* Changes of the role. */

/* Tells all whose work depends on the role. */
static void begin_role(void) {
    /* After a promotion its client stays, for the next time. */
    if (replica_is())
        apply_start();
    oom_score_set(replica_is() ? OOM_REPLICA : OOM_SERVER);
    stage_judge_keys();
    /* A replica keeps its backlog as long as it is one. */
    follower_pulse_ttl_changed();
}

void replica_set(const char *host, int64_t port) {
    /* Copied before the old one is freed, since it may be the same. */
    char *copy = host != NULL ? xstrndup(host, strlen(host)) : NULL;
    free(replica.host);
    replica.host = copy;
    replica.port = port;
}

/* On a replica no client may write the key for which another one waits, and the
 * next primary may have other data. They are also disconnected, as in Redis, so
 * that they look for the primary. */
static void unblock_all(void) {
    for (struct conn *at = conn_first(); at != NULL; at = at->next) {
        if (!blocking_waits(at->app))
            continue;
        blocking_end(at->app, "UNBLOCKED force unblock from blocking "
                              "operation, instance state changed (master -> "
                              "replica?)");
        conn_end(at);
    }
}

/* If that server knows our history, it goes on from where we are. So a server
 * that was its primary a moment ago need not get all data from it. */
void replica_follow(const char *host, int64_t port) {
    bool was_none = !replica_is();
    link_end();
    replica_set(host, port);
    begin_role();
    /* Until now this server has made the history, so its data are at the end of
     * it. One that was a replica knows already whether its data are. */
    if (was_none)
        link_resume();
    unblock_all();
    link_begin();
}

/* The order matters. The link ends first, which drops what was not applied:
 * only then does the offset say where the new history branches off. The branch
 * comes before this server can make history of its own. And those who follow us
 * are cut last, so that they find all of it done when they come back, name the
 * old id, and are told the new one. */
void replica_promote(void) {
    if (!replica_is())
        return;
    link_end();
    replica_set(NULL, 0);
    /* From here on these keys expire like all others. */
    own_keys_forget();
    history_branch();
    /* The stream is in the database that the old primary had selected. */
    propagate_select_again();
    begin_role();
    followers_cut();
    resync_begin_log();
    log_info("following nobody any more: this is a primary now");
}

void replica_start(void) {
    begin_role();
}

/* A snapshot names the place of its data in a history. A replica asks its
 * primary to go on from there, and a primary lets others go on from there. */
static void take_place(void) {
    const struct rdb_place *place = rdb_place();
    if (place->id[0] == '\0' || place->offset < 0 ||
        place->offset > HISTORY_OFFSET_MOST)
        return;
    history_adopt(place->id, place->offset);
    if (replica_is()) {
        apply_select(place->database);
        link_resume();
    } else {
        /* This server may not be the only one that goes on from there, so what
         * it writes must not pass for a part of that history. */
        history_branch();
        /* Those who stand at the same place may go on from here. Nobody has
         * come yet, so the time after which the backlog is freed begins. */
        repl_stream_begin();
        follower_pulse_ttl_changed();
    }
}

/* A log goes on after its base, so it does not end at the place that the base
 * names. */
void replica_loaded(bool from_snapshot) {
    if (from_snapshot)
        take_place();
    stage_judge_keys();
    if (replica_is())
        link_begin();
}

void replica_stop(void) {
    link_end();
    own_keys_forget();
    apply_stop();
    free(replica.host);
    replica.host = NULL;
}

/* A replica that cannot write to its disk is not a copy that can be relied on,
 * and it cannot refuse what its primary has done. So it ends. */
void replica_disk_failed(const struct command *command, const char *error) {
    if (error == NULL || !(command->flags & CMD_WRITE) ||
        replica_config.ignore_disk_write_errors)
        return;
    log_error("a write of the primary cannot be kept on disk: %s", error);
    log_exit();
}

/* INFO. */

void replica_info(struct buf *out) {
    if (!replica_is())
        return;
    info_line(out, "master_host:%s", replica.host);
    info_line(out, "master_port:%" PRId64, replica.port);
    link_info(out);
    info_line(out, "slave_priority:%" PRId64, replica_config.priority);
    info_line(out, "slave_read_only:%d", replica_config.read_only);
    info_line(out, "replica_announced:%d", replica_config.announced);
}

void replica_stats_info(struct buf *out) {
    info_line(out, "unexpected_error_replies:%" PRIu64, apply_failures());
    info_line(out, "slave_expires_tracked_keys:%zu", own_keys_count());
}

/* Admitting. */

bool replica_admits_write(struct client *client,
                          const struct command *command) {
    if (!(command->flags & CMD_WRITE) || !replica_config.read_only)
        return true;
    reply_error(client,
                "READONLY You can't write against a read only replica.");
    return false;
}

bool replica_admits_stale(struct client *client,
                          const struct command *command) {
    if ((command->flags & CMD_STALE) || replica_config.serve_stale_data ||
        link_is_up())
        return true;
    reply_error(client, "MASTERDOWN Link with MASTER is down and "
                        "replica-serve-stale-data is set to 'no'.");
    return false;
}

bool replica_ignores_memory_limit(void) {
    return replica_is() && replica_config.ignore_maxmemory;
}
