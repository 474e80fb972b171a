/* Sections of INFO about the process, and about facilities that are off. */
#include <sys/resource.h>

#include "info.h"
#include "introspect.h"

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

/* A server without replicas, which follows nobody. */
void replication_info(struct buf *out) {
    info_line(out, "role:master");
    info_line(out, "connected_slaves:0");
}

void cluster_info(struct buf *out) {
    info_line(out, "cluster_enabled:0");
}
