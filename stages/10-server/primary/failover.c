#include "failover.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "blocking.h"
#include "follower.h"
#include "history.h"
#include "log.h"
#include "pause.h"
#include "replica.h"
#include "timer.h"

enum failover_state failover_state;

/* The wish. When a replica was chosen, these name it. */
static char target_ip[FOLLOWER_IP_MAX]; /* empty: any replica will do */
static int64_t target_port;
static bool is_forced;

static void on_time_out(struct timer *timer);
static struct timer end_timer = {.expired = on_time_out};

const char *failover_state_name(void) {
    static const char *const names[] = {
        [FAILOVER_NONE] = "no-failover",
        [FAILOVER_SYNCING] = "waiting-for-sync",
        [FAILOVER_CHANGING] = "failover-in-progress",
    };
    return names[failover_state];
}

/* The writes that waited run now, in whatever role the server has by then: a
 * replica refuses them, a primary whose failover was given up carries them
 * out. */
static void end(void) {
    failover_state = FAILOVER_NONE;
    timer_stop(&end_timer);
    pause_keep(PAUSE_OF_FAILOVER, false);
}

/* From here on there is no limit of time: the replica may have become a primary
 * without our hearing of it, so this server must not take writes on its own
 * account. It asks until it gets an answer, or until FAILOVER ABORT. */
static void change(void) {
    log_info("failing over to %s:%" PRId64, target_ip, target_port);
    /* First, since the handshake asks for it when it says PSYNC. */
    failover_state = FAILOVER_CHANGING;
    timer_stop(&end_timer);
    replica_follow(target_ip, target_port);
}

void failover_abort(const char *why) {
    log_warn("the failover is given up: %s", why);
    /* A primary again before the writes are let go, else they would be
     * refused. */
    if (failover_state == FAILOVER_CHANGING)
        replica_promote();
    end();
}

static void on_time_out(struct timer *timer) {
    (void)timer;
    /* By force the replica may lack writes that clients were told of. */
    if (is_forced)
        change();
    else
        failover_abort("no replica has caught up in time");
}

/* Writes wait before anything else: once they do, the offset stands still, and
 * a replica can reach it. */
void failover_begin(const struct failover_wish *wish) {
    log_info("a failover begins: clients' writes wait");
    failover_state = FAILOVER_SYNCING;
    snprintf(target_ip, sizeof target_ip, "%.*s", SLICE_WHOLE(wish->host));
    target_port = wish->port;
    is_forced = wish->force;
    if (wish->ms > 0)
        timer_start(&end_timer, blocking_moment(wish->ms));
    pause_keep(PAUSE_OF_FAILOVER, true);
}

static bool is_target(const struct follower *follower, const char *ip) {
    return target_ip[0] == '\0'
               ? follower_listens(follower)
               : strcmp(target_ip, ip) == 0 && follower->port == target_port;
}

/* In a history that has no bytes yet, everyone stands at the right offset, also
 * who is still loading the snapshot, and has not acknowledged it (is_silent).
 */
static bool has_everything(const struct follower *follower) {
    return follower->state == FOLLOWER_ONLINE && !follower->is_silent &&
           follower->acked == history.offset;
}

/* The moment of no loss: a replica has acknowledged the offset that nobody can
 * move any more. If there are several, the oldest is taken. */
void failover_look(void) {
    char ip[FOLLOWER_IP_MAX];
    for (const struct follower *f = follower_first; f != NULL; f = f->next) {
        follower_ip(f, ip);
        if (!has_everything(f) || !is_target(f, ip))
            continue;
        snprintf(target_ip, sizeof target_ip, "%s", ip);
        target_port = f->port;
        change();
        return;
    }
}

void failover_answered(bool accepted) {
    /* An ordinary replica was answered. */
    if (failover_state != FAILOVER_CHANGING)
        return;
    if (accepted) {
        log_info("the failover is done");
        end();
    } else {
        failover_abort("the replica has refused");
    }
}
