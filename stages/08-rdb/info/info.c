#include "info.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

enum { LINE_MAX_BYTES = 1024 };

static int64_t started_us;

void info_start(void) {
    started_us = clock_monotonic_us();
}

int64_t info_uptime_s(void) {
    return (clock_monotonic_us() - started_us) / 1000000;
}

void info_line(struct buf *out, const char *format, ...) {
    char *at = buf_reserve(out, LINE_MAX_BYTES + 2);
    va_list args;
    va_start(args, format);
    int len = vsnprintf(at, LINE_MAX_BYTES, format, args);
    va_end(args);
    /* A line that is too long is cut off, but keeps its end: the next one must
     * not become a part of it. */
    size_t used = len < LINE_MAX_BYTES ? (size_t)len : LINE_MAX_BYTES - 1;
    at[used] = '\r';
    at[used + 1] = '\n';
    buf_commit(out, used + 2);
}

bool info_is(const struct info_section *section, struct slice word) {
    return strlen(section->name) == word.len &&
           strncasecmp(section->name, word.ptr, word.len) == 0;
}

void info_write(struct buf *out, const struct info_section *section) {
    if (buf_len(out) > 0)
        info_line(out, "%s", "");
    info_line(out, "# %s", section->name);
    section->write(out);
}
