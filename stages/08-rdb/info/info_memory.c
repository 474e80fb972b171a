/* INFO memory: the memory that the server has taken from its allocators, and
 * the part that the system holds for it. It is looked up only when somebody
 * asks. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "info.h"
#include "keyspace.h"
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

void memory_info(struct buf *out) {
    size_t used = used_memory(), resident = resident_memory();
    size_t peak = peak_memory(used, resident), other = overhead();
    size_t data = used > other ? used - other : 0;
    size_t system =
        (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    bytes_line(out, "used_memory", used);
    bytes_line(out, "used_memory_rss", resident);
    bytes_line(out, "used_memory_peak", peak);
    share_line(out, "used_memory_peak_perc", used, peak);
    info_line(out, "used_memory_overhead:%zu", other);
    info_line(out, "used_memory_startup:%zu", used_at_start);
    info_line(out, "used_memory_dataset:%zu", data);
    share_line(out, "used_memory_dataset_perc", data,
               used > used_at_start ? used - used_at_start : 0);
    info_line(out, "allocator_allocated:%zu", used);
    bytes_line(out, "total_system_memory", system);
    bytes_line(out, "maxmemory", 0);
    info_line(out, "maxmemory_policy:noeviction");
    info_line(out, "mem_fragmentation_ratio:%.2f",
              (double)resident / (double)used);
    info_line(out, "mem_fragmentation_bytes:%" PRId64,
              (int64_t)resident - (int64_t)used);
    info_line(out, "mem_allocator:libc");
}
