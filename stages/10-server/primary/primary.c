#include "primary.h"

#include <inttypes.h>

#include "detached.h"
#include "failover.h"
#include "follower_pulse.h"
#include "full_sync.h"
#include "history.h"
#include "info.h"
#include "log.h"
#include "multi.h"
#include "replica.h"
#include "reply.h"

struct primary_counts primary_counts;
struct primary_config primary_config = {.most_lag_s = 10};

bool primary_makes_history(void) {
    return !replica_is();
}

bool primary_fails_over(void) {
    return failover_state != FAILOVER_NONE;
}

/* Commands only append to the backlog. Here, once in a turn, each follower is
 * marked for a single send of all that is new. */
void primary_send(void) {
    for (const struct follower *f = follower_first; f != NULL; f = f->next) {
        if (repl_cursor_left(&f->cursor) > 0)
            output_source_grew(f->client->conn);
    }
}

/* Asking about the primary. */

void primary_role(struct client *client) {
    size_t online = 0;
    char ip[FOLLOWER_IP_MAX];
    /* The head of an array names its length, so they are counted first. */
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        online += f->state == FOLLOWER_ONLINE;
    reply_array(client, 3);
    reply_text(client, "master");
    reply_integer(client, history.offset);
    reply_array(client, online);
    for (const struct follower *f = follower_first; f != NULL; f = f->next) {
        if (f->state != FOLLOWER_ONLINE)
            continue;
        follower_ip(f, ip);
        reply_array(client, 3);
        reply_text(client, ip);
        reply_bulk_integer(client, f->port);
        reply_bulk_integer(client, f->acked);
    }
}

/* As in Redis, a replica that is sent the data while they are saved waits for
 * that to end. */
static enum follower_state shown_state(const struct follower *follower) {
    bool has_pipe = follower->state == FOLLOWER_LOADS && follower->file == NULL;
    return has_pipe ? FOLLOWER_SAVING : follower->state;
}

static void follower_info(struct buf *out, const struct follower *follower,
                          int number) {
    static const char *const states[] = {
        [FOLLOWER_GREETS] = "greets",      [FOLLOWER_WAITS] = "wait_bgsave",
        [FOLLOWER_SAVING] = "wait_bgsave", [FOLLOWER_LOADS] = "send_bulk",
        [FOLLOWER_ONLINE] = "online",      [FOLLOWER_DONE] = "rdb_transmitted"};
    char ip[FOLLOWER_IP_MAX];
    bool online = follower->state == FOLLOWER_ONLINE;
    int64_t lag_us = loop_now_us() - follower->acked_us;
    /* Before it is online it has nothing to acknowledge, so it has no lag. */
    follower_ip(follower, ip);
    info_line(out,
              "slave%d:ip=%s,port=%" PRId64 ",state=%s,offset=%" PRId64
              ",lag=%" PRId64,
              number, ip, follower->port, states[shown_state(follower)],
              follower->acked, online ? lag_us / 1000000 : 0);
}

void primary_info(struct buf *out) {
    int number = 0;
    info_line(out, "connected_slaves:%zu", followers_count());
    if (primary_config.least_replicas > 0 && primary_config.most_lag_s > 0)
        info_line(out, "min_slaves_good_slaves:%zu",
                  followers_good(primary_config.most_lag_s));
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        follower_info(out, f, number++);
}

void primary_stats_info(struct buf *out) {
    info_line(out, "sync_full:%" PRIu64, primary_counts.full);
    info_line(out, "sync_partial_ok:%" PRIu64, primary_counts.partial);
    info_line(out, "sync_partial_err:%" PRIu64, primary_counts.partial_refused);
}

/* Admitting. */

/* The stream of a primary and the replay of a log must always be obeyed. */
bool primary_has_replicas(struct client *client,
                          const struct command *command) {
    unsigned flags = command->flags;
    /* EXEC writes if one of the queued commands does. */
    if (multi_open(client) && strcmp(command->name, "exec") == 0)
        flags = multi_flags(client);
    if (!(flags & CMD_WRITE) || detached(client) ||
        primary_config.most_lag_s == 0 || !primary_makes_history() ||
        (int64_t)followers_good(primary_config.most_lag_s) >=
            primary_config.least_replicas)
        return true;
    reply_error(client, "NOREPLICAS Not enough good replicas to write.");
    return false;
}

void primary_expect_silence(struct client *client, size_t reply_at) {
    if (buf_len(client->out) <= reply_at)
        return;
    log_warn("a replica asked for %s, which has a reply: it is disconnected",
             client->last_command != NULL ? client->last_command->name
                                          : "something unknown");
    client_drop(client);
}

/* The pulse is stopped last, since followers that leave start its timers. */
void primary_stop(void) {
    full_sync_abort();
    followers_cut();
    follower_pulse_stop();
}
