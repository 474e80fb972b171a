/* INFO memory: what the server has taken from its allocators. */
#include "info.h"
#include "used_memory.h"

void memory_info(struct buf *out) {
    info_line(out, "used_memory:%zu", used_memory());
    info_line(out, "allocator_active:%zu", active_memory());
    info_line(out, "maxmemory:0");
}
