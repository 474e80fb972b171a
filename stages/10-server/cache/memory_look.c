#include "memory_look.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "info.h"
#include "keyspace.h"
#include "loop.h"
#include "used_memory.h"

static size_t used_at_start, most_used;

/* What the system says about the process, in bytes, and when it was asked. */
static struct {
    size_t resident, most_resident;
    int64_t asked_us; /* on the loop's clock */
} process;

/* The file has pages: of all memory that is mapped, then those that are
 * resident. */
static size_t read_resident(void) {
    char line[128];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t len = read(fd, line, sizeof line - 1);
    close(fd);
    line[len > 0 ? len : 0] = '\0';
    const char *resident = strchr(line, ' ');
    return resident != NULL
               ? strtoul(resident, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE)
               : 0;
}

static size_t read_most_resident(void) {
    struct rusage usage;
    /* ru_maxrss is in KiB. */
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024
                                               : 0;
}

/* Both figures are of the same moment: from those of two moments the peak would
 * seem higher by what was allocated in between. */
static void ask_again(void) {
    enum { GOOD_FOR_US = 100000 };
    int64_t now_us = loop_now_us();
    if (process.resident != 0 && now_us - process.asked_us < GOOD_FOR_US)
        return;
    process.resident = read_resident();
    process.most_resident = read_most_resident();
    process.asked_us = now_us;
}

size_t memory_resident(void) {
    ask_again();
    return process.resident;
}

size_t memory_peak(size_t used) {
    ask_again();
    size_t most = used;
    if (process.most_resident > process.resident)
        most += process.most_resident - process.resident;
    if (most > most_used)
        most_used = most;
    return most_used;
}

size_t memory_overhead(void) {
    size_t bytes = used_at_start;
    for (int i = 0; i < keyspace_databases; i++)
        bytes += dict_memory(&keyspace_db(i)->dict);
    return bytes;
}

void memory_look_start(void) {
    used_at_start = used_memory();
}

size_t memory_at_start(void) {
    return used_at_start;
}

/* As in Redis, what is too much for P is told in bytes. */
void memory_bytes_line(struct buf *out, const char *name, size_t bytes) {
    static const char units[] = "BKMGTP";
    double amount = (double)bytes;
    size_t unit = 0;
    for (size_t left = bytes >> 10; bytes >> 60 == 0 && left > 0; left >>= 10) {
        amount /= 1024;
        unit++;
    }
    info_line(out, "%s:%zu", name, bytes);
    if (unit == 0)
        info_line(out, "%s_human:%zuB", name, bytes);
    else
        info_line(out, "%s_human:%.2f%c", name, amount, units[unit]);
}

void memory_share_line(struct buf *out, const char *name, size_t part,
                       size_t whole) {
    info_line(out, "%s:%.2f%%", name,
              whole > 0 ? 100.0 * (double)part / (double)whole : 0);
}
