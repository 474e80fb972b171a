/* The settings of a primary. */
#include "follower_pulse.h"
#include "full_sync.h"
#include "output_limits.h"
#include "primary.h"
#include "repl_backlog.h"
#include "settings.h"

static int64_t backlog_size = 1 << 20;

static const char *size_changed(void) {
    /* As in Redis, a smaller one is not an error. */
    if (backlog_size < REPL_BACKLOG_LEAST)
        backlog_size = REPL_BACKLOG_LEAST;
    repl_backlog_set_size((size_t)backlog_size);
    /* A replica that lacks no more than this costs nothing that is not kept
     * anyhow. If it were cut, it would come back and be cut again. */
    output_limits_floor((size_t)backlog_size);
    return NULL;
}

void primary_start(void) {
    (void)size_changed();
}

static const char *ttl_changed(void) {
    follower_pulse_ttl_changed();
    return NULL;
}

static const char *wait_changed(void) {
    full_sync_plan();
    return NULL;
}

const struct setting primary_settings[] = {
    {"repl-backlog-size", SETTING_MEMORY, 0, &backlog_size, .min = 1,
     .max = INT64_MAX, .changed = size_changed,
     .help = "bytes kept for replicas that come back"},
    {"repl-backlog-ttl",
     SETTING_INT64(follower_pulse_config.backlog_ttl_s, 0, INT64_MAX),
     .changed = ttl_changed},
    {"repl-diskless-sync", SETTING_YES_NO(full_sync_config.diskless),
     .changed = wait_changed},
    {"repl-diskless-sync-delay",
     SETTING_INT64(full_sync_config.delay_s, 0, INT32_MAX),
     .changed = wait_changed},
    {"repl-diskless-sync-max-replicas",
     SETTING_INT64(full_sync_config.most, 0, INT32_MAX),
     .changed = wait_changed},
    {"repl-ping-replica-period",
     SETTING_INT64(follower_pulse_config.ping_s, 1, INT32_MAX),
     .alias = "repl-ping-slave-period"},
    {"repl-disable-tcp-nodelay",
     SETTING_YES_NO(primary_config.disable_nodelay)},
    {"repl-timeout",
     SETTING_INT64(follower_pulse_config.timeout_s, 1, INT32_MAX)},
    {"min-replicas-to-write",
     SETTING_INT64(primary_config.least_replicas, 0, INT32_MAX),
     .alias = "min-slaves-to-write"},
    {"min-replicas-max-lag",
     SETTING_INT64(primary_config.most_lag_s, 0, INT32_MAX),
     .alias = "min-slaves-max-lag"},
    {0},
};
