/* INFO memory: the memory that the server has taken from its allocators, and
 * the part that the system holds for it. */
#include <inttypes.h>
#include <unistd.h>

#include "info.h"
#include "memory_look.h"
#include "used_memory.h"

void memory_info(struct buf *out) {
    size_t used = used_memory(), resident = memory_resident();
    size_t peak = memory_peak(used, resident), other = memory_overhead();
    size_t data = used > other ? used - other : 0;
    size_t system =
        (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    memory_bytes_line(out, "used_memory", used);
    memory_bytes_line(out, "used_memory_rss", resident);
    memory_bytes_line(out, "used_memory_peak", peak);
    memory_share_line(out, "used_memory_peak_perc", used, peak);
    info_line(out, "used_memory_overhead:%zu", other);
    info_line(out, "used_memory_startup:%zu", memory_at_start());
    info_line(out, "used_memory_dataset:%zu", data);
    memory_share_line(out, "used_memory_dataset_perc", data,
                      used > memory_at_start() ? used - memory_at_start() : 0);
    info_line(out, "allocator_allocated:%zu", used);
    info_line(out, "allocator_active:%zu", active_memory());
    memory_bytes_line(out, "total_system_memory", system);
    memory_bytes_line(out, "maxmemory", 0);
    info_line(out, "maxmemory_policy:noeviction");
    info_line(out, "mem_fragmentation_ratio:%.2f",
              (double)resident / (double)used);
    info_line(out, "mem_fragmentation_bytes:%" PRId64,
              (int64_t)resident - (int64_t)used);
    info_line(out, "mem_allocator:libc");
}
