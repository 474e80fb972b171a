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

static void end(void) {
    failover_state = FAILOVER_NONE;
    timer_stop(&end_timer);
    pause_keep(PAUSE_OF_FAILOVER, false);
}

static void change(void) {
    log_info("failing over to %s:%" PRId64, target_ip, target_port);
    failover_state = FAILOVER_CHANGING;
    timer_stop(&end_timer);
    replica_follow(target_ip, target_port);
}

void failover_abort(const char *why) {
    log_warn("the failover is given up: %s", why);
    if (failover_state == FAILOVER_CHANGING)
        replica_promote();
    end();
}

static void on_time_out(struct timer *timer) {
    (void)timer;
    if (is_forced)
        change();
    else
        failover_abort("no replica has caught up in time");
}

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
    return target_ip[0] == '\0' ||
           (strcmp(target_ip, ip) == 0 && follower->port == target_port);
}

void failover_look(void) {
    char ip[FOLLOWER_IP_MAX];
    for (const struct follower *f = follower_first; f != NULL; f = f->next) {
        follower_ip(f, ip);
        if (f->state != FOLLOWER_ONLINE || f->acked != history.offset ||
            !is_target(f, ip))
            continue;
        snprintf(target_ip, sizeof target_ip, "%s", ip);
        target_port = f->port;
        change();
        return;
    }
}

void failover_answered(bool accepted) {
    if (failover_state != FAILOVER_CHANGING)
        return;
    if (accepted) {
        log_info("the failover is done");
        end();
    } else {
        failover_abort("the replica has refused");
    }
}
