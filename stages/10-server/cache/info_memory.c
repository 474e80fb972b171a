/* INFO memory: the memory that the server has taken from its allocators, and
 * the part that the system holds for it. It is looked up only when somebody
 * asks. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client.h"
#include "conn.h"
#include "info.h"
#include "keyspace.h"
#include "memory_limit.h"
#include "memory_state.h"
#include "output.h"
#include "reaper.h"
#include "used_memory.h"

static size_t used_at_start, most_used;

/* Pages: of all memory that is mapped, then those that are resident. */
static size_t resident_memory(void) {
    char line[128];
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    const char *resident =
        fgets(line, sizeof line, file) != NULL ? strchr(line, ' ') : NULL;
    fclose(file);
    return resident != NULL
               ? strtoul(resident, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE)
               : 0;
}

/* The most that was in use, as far as is known: what was resident at most and
 * is not now, was in use then. */
static size_t peak_memory(size_t used, size_t resident) {
    struct rusage usage;
    size_t most = used;
    if (getrusage(RUSAGE_SELF, &usage) == 0 &&
        (size_t)usage.ru_maxrss * 1024 > resident)
        most += (size_t)usage.ru_maxrss * 1024 - resident;
    if (most > most_used)
        most_used = most;
    return most_used;
}

/* Memory that is no data: the tables, and all that was there at the start. */
static size_t overhead(void) {
    size_t bytes = used_at_start;
    for (int i = 0; i < KEYSPACE_DATABASES; i++)
        bytes += dict_memory(&keyspace_db(i)->dict);
    return bytes;
}

void info_memory_start(void) {
    used_at_start = used_memory();
}

/* A number of bytes, and the same for people: 1.50M. */
static void bytes_line(struct buf *out, const char *name, size_t bytes) {
    static const char units[] = "BKMGTPE";
    double amount = (double)bytes;
    size_t unit = 0;
    for (; amount >= 1024; unit++)
        amount /= 1024;
    info_line(out, "%s:%zu", name, bytes);
    info_line(out, "%s_human:%.*f%c", name, unit > 0 ? 2 : 0, amount,
              units[unit]);
}

static void share_line(struct buf *out, const char *name, size_t part,
                       size_t whole) {
    info_line(out, "%s:%.2f%%", name,
              whole > 0 ? 100.0 * (double)part / (double)whole : 0);
}

/* The buffers of clients: normal ones, and replicas. */
static void client_buffers(size_t *normal, size_t *replicas) {
    *normal = *replicas = 0;
    for (const struct conn *at = conn_first(); at != NULL; at = at->next) {
        size_t bytes = at->in.room + at->out.buf.room +
                       output_shared_len(&at->out) + sizeof *at +
                       sizeof(struct client);
        *(at->out.class == OUTPUT_REPLICA ? replicas : normal) += bytes;
    }
}

struct memory_state memory_state(void) {
    struct memory_state state = {
        .used = used_memory(),
        .resident = resident_memory(),
        .startup = used_at_start,
    };
    state.peak = peak_memory(state.used, state.resident);
    client_buffers(&state.clients, &state.replicas);
    state.log = memory_limit_not_counted();
    state.overhead = overhead() + state.clients + state.replicas + state.log;
    state.data = state.used > state.overhead ? state.used - state.overhead : 0;
    for (int i = 0; i < KEYSPACE_DATABASES; i++)
        state.keys += keyspace_size(keyspace_db(i));
    return state;
}

/* A ratio of two amounts, and their difference. */
static void ratio_lines(struct buf *out, const char *name, size_t part,
                        size_t whole) {
    info_line(out, "%s_ratio:%.2f", name,
              whole > 0 ? (double)part / (double)whole : 0);
    info_line(out, "%s_bytes:%" PRId64, name, (int64_t)part - (int64_t)whole);
}

static void used_info(struct buf *out, const struct memory_state *state) {
    size_t system =
        (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    size_t since =
        state->used > state->startup ? state->used - state->startup : 0;
    bytes_line(out, "used_memory", state->used);
    bytes_line(out, "used_memory_rss", state->resident);
    bytes_line(out, "used_memory_peak", state->peak);
    share_line(out, "used_memory_peak_perc", state->used, state->peak);
    info_line(out, "used_memory_overhead:%zu", state->overhead);
    info_line(out, "used_memory_startup:%zu", state->startup);
    info_line(out, "used_memory_dataset:%zu", state->data);
    share_line(out, "used_memory_dataset_perc", state->data, since);
    info_line(out, "allocator_allocated:%zu", state->used);
    info_line(out, "allocator_active:%zu", state->used);
    info_line(out, "allocator_resident:%zu", state->resident);
    bytes_line(out, "total_system_memory", system);
}

/* There are no scripts. */
static void scripts_info(struct buf *out) {
    static const char *const names[] = {
        "used_memory_lua",          "used_memory_vm_eval",
        "used_memory_scripts_eval", "number_of_cached_scripts",
        "number_of_functions",      "number_of_libraries",
        "used_memory_vm_functions", "used_memory_functions",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        info_line(out, "%s:0", names[i]);
    info_line(out, "used_memory_lua_human:0B");
    bytes_line(out, "used_memory_vm_total", 0);
    bytes_line(out, "used_memory_scripts", 0);
}

void memory_info(struct buf *out) {
    struct memory_state state = memory_state();
    used_info(out, &state);
    scripts_info(out);
    bytes_line(out, "maxmemory", (size_t)memory_limit);
    info_line(out, "maxmemory_policy:%s", memory_limit_policy());
    ratio_lines(out, "allocator_frag", state.used, state.used);
    ratio_lines(out, "allocator_rss", state.resident, state.used);
    ratio_lines(out, "rss_overhead", state.resident, state.resident);
    ratio_lines(out, "mem_fragmentation", state.resident, state.used);
    info_line(out, "mem_not_counted_for_evict:%zu", state.log);
    info_line(out, "mem_replication_backlog:0");
    info_line(out, "mem_total_replication_buffers:0");
    info_line(out, "mem_clients_slaves:%zu", state.replicas);
    info_line(out, "mem_clients_normal:%zu", state.clients);
    info_line(out, "mem_cluster_links:0");
    info_line(out, "mem_aof_buffer:%zu", state.log);
    info_line(out, "mem_allocator:libc");
    info_line(out, "active_defrag_running:0");
    info_line(out, "lazyfree_pending_objects:%d", reaper_waits());
    info_line(out, "lazyfreed_objects:0");
}
