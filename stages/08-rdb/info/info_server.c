/* INFO server, clients and memory. */
#include <inttypes.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "blocking.h"
#include "clock.h"
#include "config.h"
#include "conn.h"
#include "info.h"
#include "used_memory.h"
#include "version.h"

void server_info(struct buf *out) {
    struct utsname system;
    info_line(out, "redis_version:%s", REDIS_VERSION);
    info_line(out, "server_name:%s", SERVER_NAME);
    info_line(out, "server_version:%s", SERVER_VERSION);
    info_line(out, "redis_mode:standalone");
    if (uname(&system) == 0)
        info_line(out, "os:%s %s %s", system.sysname, system.release,
                  system.machine);
    info_line(out, "arch_bits:64");
    info_line(out, "multiplexing_api:poll");
    info_line(out, "process_id:%ld", (long)getpid());
    info_line(out, "tcp_port:%" PRId64, config.port);
    info_line(out, "server_time_usec:%" PRId64, clock_wall_us());
    info_line(out, "uptime_in_seconds:%" PRId64, info_uptime_s());
    info_line(out, "uptime_in_days:%" PRId64, info_uptime_s() / 86400);
    info_line(out, "config_file:%s",
              config_file() != NULL ? config_file() : "");
}

void clients_info(struct buf *out) {
    info_line(out, "connected_clients:%zu", conn_count());
    info_line(out, "blocked_clients:%zu", blocking_count());
}

/* What the server has taken from its allocators. */
void memory_info(struct buf *out) {
    info_line(out, "used_memory:%zu", used_memory());
    info_line(out, "allocator_active:%zu", active_memory());
    info_line(out, "maxmemory:0");
}
