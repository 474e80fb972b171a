#include "info.h"

#include <string.h>
#include <strings.h>

#include "buf_text.h"
#include "clock.h"

static int64_t started_us;

void info_start(void) {
    started_us = clock_monotonic_us();
}

int64_t info_uptime_s(void) {
    return (clock_monotonic_us() - started_us) / 1000000;
}

void info_line(struct buf *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_text_print(out, format, args);
    va_end(args);
    buf_text(out, "\r\n");
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
