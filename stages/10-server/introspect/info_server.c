/* Sections of INFO that do not belong to a facility. */
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "identity.h"
#include "info.h"
#include "introspect.h"
#include "listener.h"
#include "process.h"
#include "settings.h"
#include "shutdown_wait.h"
#include "ticks.h"
#include "version.h"

static char run_id[IDENTITY_LEN + 1];

static void build_info(struct buf *out) {
    info_line(out, "redis_version:%s", REDIS_VERSION);
    info_line(out, "redis_git_sha1:00000000");
    info_line(out, "redis_git_dirty:0");
    info_line(out, "redis_build_id:0");
    info_line(out, "server_name:%s", SERVER_NAME);
    info_line(out, "server_version:%s", SERVER_VERSION);
    info_line(out, "redis_mode:standalone");
}

static void machine_info(struct buf *out) {
    struct utsname system;
    if (uname(&system) == 0)
        info_line(out, "os:%s %s %s", system.sysname, system.release,
                  system.machine);
    info_line(out, "arch_bits:%zu", 8 * sizeof(void *));
    info_line(out, "monotonic_clock:%s", ticks_clock());
    info_line(out, "multiplexing_api:epoll");
    info_line(out, "atomicvar_api:c11-builtin");
#ifdef __GNUC__
    info_line(out, "gcc_version:%d.%d.%d", __GNUC__, __GNUC_MINOR__,
              __GNUC_PATCHLEVEL__);
#endif
}

static void append(struct buf *out, const struct buf *text) {
    buf_append(out, buf_bytes(text), buf_len(text));
}

/* The lines that never change are made once: monitoring programs ask for all of
 * this every few seconds, and asking the system each time would cost as much as
 * the rest of INFO together. */
static void constant_info(struct buf *out) {
    static struct buf lines;
    if (buf_len(&lines) == 0) {
        build_info(&lines);
        machine_info(&lines);
    }
    append(out, &lines);
}

static void executable_info(struct buf *out) {
    static struct buf line;
    if (buf_len(&line) == 0) {
        char path[1024];
        ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
        info_line(&line, "executable:%.*s", len > 0 ? (int)len : 0, path);
    }
    append(out, &line);
}

/* No timer runs at that rate here, but tools show the setting. */
static void hz_info(struct buf *out) {
    static const struct setting *hz;
    struct buf value = {0};
    if (hz == NULL)
        hz = setting_find((struct slice){"hz", 2});
    setting_get(hz, &value);
    int len = (int)buf_len(&value);
    info_line(out, "hz:%.*s", len, buf_bytes(&value));
    info_line(out, "configured_hz:%.*s", len, buf_bytes(&value));
    buf_free(&value);
}

void server_info(struct buf *out) {
    if (run_id[0] == '\0')
        identity_draw(run_id);
    constant_info(out);
    info_line(out, "process_id:%ld", (long)getpid());
    info_line(out, "process_supervised:%s", process_supervisor());
    info_line(out, "run_id:%s", run_id);
    info_line(out, "tcp_port:%" PRId64, config.port);
    info_line(out, "server_time_usec:%" PRId64, clock_wall_us());
    info_line(out, "uptime_in_seconds:%" PRId64, info_uptime_s());
    info_line(out, "uptime_in_days:%" PRId64, info_uptime_s() / 86400);
    hz_info(out);
    info_line(out, "lru_clock:%" PRId64, clock_wall_us() / 1000000 & 0xffffff);
    executable_info(out);
    info_line(out, "config_file:%s",
              config_file() != NULL ? config_file() : "");
    info_line(out, "io_threads_active:0");
    shutdown_info(out);
    listener_info(out);
}

static void cpu_lines(struct buf *out, int who, const char *suffix) {
    struct rusage usage;
    if (getrusage(who, &usage) != 0)
        return;
    info_line(out, "used_cpu_sys%s:%ld.%06ld", suffix,
              (long)usage.ru_stime.tv_sec, (long)usage.ru_stime.tv_usec);
    info_line(out, "used_cpu_user%s:%ld.%06ld", suffix,
              (long)usage.ru_utime.tv_sec, (long)usage.ru_utime.tv_usec);
}

void cpu_info(struct buf *out) {
    cpu_lines(out, RUSAGE_SELF, "");
    cpu_lines(out, RUSAGE_CHILDREN, "_children");
    cpu_lines(out, RUSAGE_THREAD, "_main_thread");
}

void cluster_info(struct buf *out) {
    info_line(out, "cluster_enabled:0");
}

void modules_info(struct buf *out) {
    (void)out;
}

/* Fields of INFO that dashboards look for and that never move here. */

void never_persistence_info(struct buf *out) {
    info_line(out, "module_fork_in_progress:0");
    info_line(out, "module_fork_last_cow_size:0");
}

void never_stats_info(struct buf *out) {
    static const char lines[] = "active_defrag_hits:0\r\n"
                                "active_defrag_misses:0\r\n"
                                "active_defrag_key_hits:0\r\n"
                                "active_defrag_key_misses:0\r\n"
                                "total_active_defrag_time:0\r\n"
                                "current_active_defrag_time:0\r\n"
                                "io_threaded_reads_processed:0\r\n"
                                "io_threaded_writes_processed:0\r\n"
                                "dump_payload_sanitizations:0\r\n"
                                "reply_buffer_shrinks:0\r\n"
                                "reply_buffer_expands:0\r\n";
    buf_append(out, lines, sizeof lines - 1);
}
