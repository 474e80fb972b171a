#include "traffic.h"

#include <inttypes.h>
#include <time.h>

#include "clock.h"
#include "command_stats.h"
#include "expire.h"
#include "info.h"
#include "loop.h"
#include "loop_timers.h"

struct traffic traffic;

/* Returns the CPU time of this thread. */
static int64_t worked_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A ring of earlier counts. A rate is what was counted since the oldest of
 * them. No timer runs for it, so an idle server sleeps. */
enum { SAMPLES = 16, SAMPLE_US = 100000 };

static struct sample {
    int64_t at_us;
    uint64_t calls, in, out, turns, primary, replicas;
    int64_t worked_us;
} samples[SAMPLES];
static size_t next, count;

static struct sample sample_now(int64_t now_us) {
    return (struct sample){.at_us = now_us,
                           .calls = command_stats_calls(),
                           .in = traffic.in,
                           .out = traffic.out,
                           .turns = traffic.turns,
                           .primary = traffic.primary,
                           .replicas = traffic.replicas,
                           .worked_us = worked_us()};
}

static const struct sample *newest(void) {
    return &samples[(next + SAMPLES - 1) % SAMPLES];
}

/* A turn began when the loop woke; the first one is all of the start, and does
 * not count. */
static void note_turn(int64_t began_us) {
    static uint64_t calls_before;
    uint64_t calls = command_stats_calls();
    int64_t us = clock_monotonic_us() - began_us;
    if (traffic.turns > 0 && us > traffic.longest_us)
        traffic.longest_us = us;
    /* There are fewer than before if they were reset meanwhile. */
    if (calls > calls_before && calls - calls_before > traffic.most_calls)
        traffic.most_calls = calls - calls_before;
    calls_before = calls;
}

void traffic_turn(void) {
    int64_t now_us = loop_now_us();
    note_turn(now_us);
    traffic.turns++;
    /* A busy server turns far more often than samples are wanted. */
    if (count > 0 && now_us - newest()->at_us < SAMPLE_US)
        return;
    samples[next] = sample_now(now_us);
    next = (next + 1) % SAMPLES;
    if (count < SAMPLES)
        count++;
}

/* Returns the oldest sample that is recent enough, of the last few seconds.
 * While the server slept, none was taken, and then this is the newest one. */
static struct sample begin_of_rate(int64_t now_us) {
    size_t oldest = (next + SAMPLES - count) % SAMPLES;
    for (size_t i = 0; i + 1 < count; i++) {
        const struct sample *at = &samples[(oldest + i) % SAMPLES];
        if (now_us - at->at_us <= 2 * SAMPLES * SAMPLE_US)
            return *at;
    }
    return count > 0 ? *newest() : sample_now(now_us);
}

/* The first few microseconds after a start are too short for a rate. */
static uint64_t per_second(uint64_t from, uint64_t to, int64_t us) {
    return us >= SAMPLE_US ? (uint64_t)((double)(to - from) * 1e6 / (double)us)
                           : 0;
}

static void rates_info(struct buf *out, struct sample to) {
    struct sample from = begin_of_rate(to.at_us);
    int64_t us = to.at_us - from.at_us;
    info_line(out, "instantaneous_ops_per_sec:%" PRIu64,
              per_second(from.calls, to.calls, us));
    info_line(out, "total_net_input_bytes:%" PRIu64, traffic.in);
    info_line(out, "total_net_output_bytes:%" PRIu64, traffic.out);
    info_line(out, "total_net_repl_input_bytes:%" PRIu64, traffic.primary);
    info_line(out, "total_net_repl_output_bytes:%" PRIu64, traffic.replicas);
    info_line(out, "instantaneous_input_kbps:%.2f",
              (double)per_second(from.in, to.in, us) / 1024);
    info_line(out, "instantaneous_output_kbps:%.2f",
              (double)per_second(from.out, to.out, us) / 1024);
    info_line(out, "instantaneous_input_repl_kbps:%.2f",
              (double)per_second(from.primary, to.primary, us) / 1024);
    info_line(out, "instantaneous_output_repl_kbps:%.2f",
              (double)per_second(from.replicas, to.replicas, us) / 1024);
    info_line(out, "instantaneous_eventloop_cycles_per_sec:%" PRIu64,
              per_second(from.turns, to.turns, us));
    /* The time is that of the processor: a turn that waits for clients costs
     * none. */
    int64_t turns = (int64_t)(to.turns - from.turns);
    info_line(out, "instantaneous_eventloop_duration_usec:%" PRId64,
              turns > 0 ? (to.worked_us - from.worked_us) / turns : 0);
}

void traffic_expired(int64_t us) {
    traffic.expiry_us += us;
    traffic.expiry_cut += us >= EXPIRE_SLICE_US;
}

void traffic_info(struct buf *out) {
    struct sample now = sample_now(clock_monotonic_us());
    rates_info(out, now);
    info_line(out, "expired_keys:%" PRIu64, traffic.expired);
    info_line(out, "expired_stale_perc:0.00");
    info_line(out, "expired_time_cap_reached_count:%" PRIu64,
              traffic.expiry_cut);
    info_line(out, "expire_cycle_cpu_milliseconds:%" PRId64,
              traffic.expiry_us / 1000);
    info_line(out, "total_reads_processed:%" PRIu64, traffic.reads);
    info_line(out, "total_writes_processed:%" PRIu64, traffic.writes);
    info_line(out, "eventloop_cycles:%" PRIu64, traffic.turns);
    info_line(out, "eventloop_duration_sum:%" PRId64, now.worked_us);
    info_line(out, "eventloop_duration_cmd_sum:%" PRIu64,
              command_stats_time_us());
}

void traffic_debug_info(struct buf *out) {
    info_line(out, "eventloop_duration_aof_sum:%" PRId64, traffic.log_us);
    info_line(out, "eventloop_duration_cron_sum:%" PRId64, loop_timers_us);
    info_line(out, "eventloop_duration_max:%" PRId64, traffic.longest_us);
    info_line(out, "eventloop_cmd_per_cycle_max:%" PRIu64, traffic.most_calls);
}

void traffic_reset(void) {
    traffic = (struct traffic){0};
    loop_timers_us = 0;
    /* The old samples are of counts that have begun anew: a difference would be
     * negative. */
    count = 0;
}
