/* INFO memory, and the figures about memory that others ask for. */
#include <inttypes.h>
#include <unistd.h>

#include "aof_pending.h"
#include "client_sums.h"
#include "follower.h"
#include "info.h"
#include "keyspace.h"
#include "lazyfreed.h"
#include "memory_limit.h"
#include "memory_look.h"
#include "memory_state.h"
#include "reaper_heap.h"
#include "repl_backlog.h"
#include "used_memory.h"

struct memory_state memory_state(size_t answer) {
    size_t used = used_memory();
    struct memory_state state = {
        .used = used > answer ? used - answer : 0,
        .active = active_memory(),
        .resident = memory_resident(),
        .startup = memory_at_start(),
    };
    state.peak = memory_peak(state.used);
    struct client_sums sums = client_sums();
    state.clients = sums.normal;
    state.replicas = sums.replicas;
    state.log = aof_pending_len();
    /* The backlog exceeds its size only as long as a slow replica needs the
     * bytes, so the excess counts as a replica's. */
    size_t excess = followers_any() ? repl_backlog_excess() : 0;
    state.backlog = repl_backlog_memory() - excess;
    state.replicas += excess;
    state.overhead = memory_overhead() + state.clients + state.replicas +
                     state.log + state.backlog;
    state.data = state.used > state.overhead ? state.used - state.overhead : 0;
    for (int i = 0; i < keyspace_databases; i++)
        state.keys += keyspace_size(keyspace_db(i));
    return state;
}

/* Two lines: the ratio of two amounts, and their difference. */
static void ratio_lines(struct buf *out, const char *name, size_t part,
                        size_t whole) {
    info_line(out, "%s_ratio:%.2f", name,
              whole > 0 ? (double)part / (double)whole : 0);
    info_line(out, "%s_bytes:%" PRId64, name, (int64_t)part - (int64_t)whole);
}

static void used_info(struct buf *out, const struct memory_state *state) {
    static size_t system; /* it does not change */
    if (system == 0)
        system =
            (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    size_t since =
        state->used > state->startup ? state->used - state->startup : 0;
    memory_bytes_line(out, "used_memory", state->used);
    memory_bytes_line(out, "used_memory_rss", state->resident);
    memory_bytes_line(out, "used_memory_peak", state->peak);
    memory_share_line(out, "used_memory_peak_perc", state->used, state->peak);
    info_line(out, "used_memory_overhead:%zu", state->overhead);
    info_line(out, "used_memory_startup:%zu", state->startup);
    info_line(out, "used_memory_dataset:%zu", state->data);
    memory_share_line(out, "used_memory_dataset_perc", state->data, since);
    info_line(out, "allocator_allocated:%zu", state->used);
    info_line(out, "allocator_active:%zu", state->active);
    info_line(out, "allocator_resident:%zu", state->resident);
    memory_bytes_line(out, "total_system_memory", system);
}

/* This server has no scripts, but the fields are there for those who read
 * them. */
static void scripts_info(struct buf *out) {
    static const char lines[] = "used_memory_lua:0\r\n"
                                "used_memory_vm_eval:0\r\n"
                                "used_memory_scripts_eval:0\r\n"
                                "number_of_cached_scripts:0\r\n"
                                "number_of_functions:0\r\n"
                                "number_of_libraries:0\r\n"
                                "used_memory_vm_functions:0\r\n"
                                "used_memory_functions:0\r\n"
                                "used_memory_lua_human:0B\r\n"
                                "used_memory_vm_total:0\r\n"
                                "used_memory_vm_total_human:0B\r\n"
                                "used_memory_scripts:0\r\n"
                                "used_memory_scripts_human:0B\r\n";
    buf_append(out, lines, sizeof lines - 1);
}

void memory_info(struct buf *out) {
    struct memory_state state = memory_state(out->room);
    used_info(out, &state);
    scripts_info(out);
    memory_bytes_line(out, "maxmemory", (size_t)memory_limit);
    info_line(out, "maxmemory_policy:%s", memory_limit_policy());
    ratio_lines(out, "allocator_frag", state.active, state.used);
    ratio_lines(out, "allocator_rss", state.resident, state.active);
    /* Memory outside the allocators is not told apart from theirs. */
    ratio_lines(out, "rss_overhead", state.resident, state.resident);
    ratio_lines(out, "mem_fragmentation", state.resident, state.used);
    info_line(out, "mem_not_counted_for_evict:%zu", memory_limit_not_counted());
    info_line(out, "mem_replication_backlog:%zu", state.backlog);
    info_line(out, "mem_total_replication_buffers:%zu", repl_backlog_memory());
    info_line(out, "mem_clients_slaves:%zu", state.replicas);
    info_line(out, "mem_clients_normal:%zu", state.clients);
    info_line(out, "mem_cluster_links:0");
    info_line(out, "mem_aof_buffer:%zu", state.log);
    info_line(out, "mem_allocator:libc");
    info_line(out, "active_defrag_running:0");
    info_line(out, "lazyfree_pending_objects:%d", reaper_waits());
    info_line(out, "lazyfreed_objects:%" PRIu64, lazyfreed_objects());
}
