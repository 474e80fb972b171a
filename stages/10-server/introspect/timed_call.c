#include "timed_call.h"

#include "blocking.h"
#include "call.h"
#include "command_stats.h"
#include "key_time.h"
#include "latency.h"
#include "lookups.h"
#include "monitor.h"
#include "multi.h"
#include "slowlog.h"
#include "ticks.h"

static struct slice reply_from(const struct client *client, size_t at) {
    size_t len = buf_len(client->out);
    return len > at ? (struct slice){buf_bytes(client->out) + at, len - at}
                    : (struct slice){0};
}

static bool is_error(struct slice reply) {
    return reply.len > 0 && reply.ptr[0] == '-';
}

/* Counts what few commands cause: an error, an entry of the slow log, a sample
 * of the latency monitor. It is kept apart so that count() stays small. */
static void __attribute__((noinline))
count_rare(const struct client *client, const struct command *command,
           const struct request *request, struct slice reply, uint64_t ns) {
    if (is_error(reply))
        command_stats_failed(command, reply);
    if (slowlog_wants(ns) && !(command->flags & CMD_SKIP_SLOWLOG))
        slowlog_add(client, command, request, ns);
    if (latency_threshold_ms != 0)
        latency_add(command->flags & CMD_FAST ? "fast-command" : "command",
                    ns / 1000);
}

static inline void count(const struct client *client,
                         const struct command *command,
                         const struct request *request, struct slice reply,
                         uint64_t ticks) {
    uint64_t ns = ticks_to_ns(ticks);
    command_stats_called(command, ns);
    if (is_error(reply) || slowlog_wants(ns) || latency_threshold_ms != 0)
        count_rare(client, command, request, reply, ns);
}

/* When the last command of a group ended, which is when the next one begins; 0
 * outside of groups. Reading the clock costs as much as finding a command. */
static uint64_t group_ticks;

void timed_call_group(bool runs) {
    group_ticks = runs ? ticks_now() : 0;
}

/* What follows a long command in the same turn of the loop must not live by the
 * time at which the turn began: a key that is set for a second would be gone
 * after a part of it. The commands of a transaction, however, see one time. */
static inline void keep_key_time(const struct client *client, uint64_t ended) {
    enum { FRESH_NS = 1000000 };
    static uint64_t fresh_ticks; /* when the time was last told to go on */
    if (ticks_to_ns(ended - fresh_ticks) < FRESH_NS || multi_open(client))
        return;
    fresh_ticks = ended;
    key_time_go_on();
}

void timed_call(struct client *client, const struct command *command,
                struct request *request) {
    /* A client that waits was shown to monitors when it began to wait. */
    bool runs_again = monitor_on && blocking_waits(client);
    const struct buf *out = client->out;
    size_t reply_at = buf_len(out);
    /* The keys that all commands find are counted, so this one's are the
     * difference. */
    uint64_t found = lookups_found;
    uint64_t began = group_ticks != 0 ? group_ticks : ticks_now();
    call(client, command, request);
    uint64_t ended = ticks_now();
    if (group_ticks != 0)
        group_ticks = ended;
    keep_key_time(client, ended);
    lookups_hit(client, command, request, lookups_found - found);
    if (monitor_on && !runs_again)
        monitor_tell(client, command, request);
    /* A client that waits has no reply yet. That of CLIENT REPLY, after which
     * replies go elsewhere, is no error, and begins nobody knows where. */
    struct slice reply = {0};
    if (client->out == out)
        reply = reply_from(client, reply_at);
    if (reply.len > 0 || !blocking_waits(client))
        count(client, command, request, reply, ended - began);
}

/* Waiting takes no time of the server. */
void timed_call_waited(const struct client *client,
                       const struct request *request, size_t reply_at) {
    const struct command *command =
        command_called(request->argv, request->argc);
    count(client, command, request, reply_from(client, reply_at), 0);
}

void timed_call_not_run(const struct client *client, size_t reply_at) {
    command_stats_rejected(NULL, reply_from(client, reply_at));
}

/* An EXEC that is refused ends its transaction, so clients that watch the
 * server see it. */
void timed_call_refused(const struct client *client,
                        const struct request *request, size_t reply_at) {
    const struct command *command =
        command_called(request->argv, request->argc);
    command_stats_rejected(command, reply_from(client, reply_at));
    if (monitor_on && command != NULL && strcmp(command->name, "exec") == 0)
        monitor_tell(client, command, request);
}
