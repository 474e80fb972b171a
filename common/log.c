#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum { MINUTE_US = 60000000 };

/* Returns the number of bytes that snprintf wrote. snprintf itself returns how
 * many it would have written with enough room. */
static size_t written(int printed, size_t room) {
    if (printed < 0)
        return 0;
    return (size_t)printed < room ? (size_t)printed : room - 1;
}

static size_t put_time(char *out, size_t room) {
    int64_t now = clock_wall_us();
    time_t seconds = (time_t)(now / 1000000);
    struct tm date;
    localtime_r(&seconds, &date);
    size_t n = strftime(out, room, "%Y-%m-%d %H:%M:%S", &date);
    int millis = (int)(now / 1000 % 1000);
    return n + written(snprintf(out + n, room - n, ".%03d ", millis), room - n);
}

static void write_to_stderr(enum log_level level, const char *line,
                            size_t len) {
    (void)level;
    /* There is nowhere left to report a failure. gcc wants the result to be
     * used, and a cast to void is no use. */
    ssize_t ignored = write(STDERR_FILENO, line, len);
    (void)ignored;
}

void (*log_write)(enum log_level level, const char *line,
                  size_t len) = write_to_stderr;

static void put_line(enum log_level level, const char *format, va_list args) {
    static const char *const names[] = {"info", "warn", "error"};
    /* Callers may log before they look at errno, so it keeps its value. */
    int saved_errno = errno;

    char line[LOG_LINE_MAX];
    size_t room = sizeof line - 1; /* keeps one byte for the newline */
    size_t n = put_time(line, room);
    n += written(snprintf(line + n, room - n, "%-5s ", names[level]), room - n);
    n += written(vsnprintf(line + n, room - n, format, args), room - n);

    /* A client's bytes may be in here. They must not end the line, nor give
     * orders to the terminal that shows it. */
    for (size_t i = 0; i < n; i++) {
        unsigned char byte = (unsigned char)line[i];
        if (byte < ' ' || byte == 127)
            line[i] = '?';
    }
    line[n++] = '\n';

    log_write(level, line, n);
    errno = saved_errno;
}

void log_info(const char *format, ...) {
    va_list args;
    va_start(args, format);
    put_line(LOG_LEVEL_INFO, format, args);
    va_end(args);
}

void log_warn(const char *format, ...) {
    va_list args;
    va_start(args, format);
    put_line(LOG_LEVEL_WARN, format, args);
    va_end(args);
}

void log_error(const char *format, ...) {
    va_list args;
    va_start(args, format);
    put_line(LOG_LEVEL_ERROR, format, args);
    va_end(args);
}

_Noreturn void log_exit(void) {
    _exit(1); /* runs no exit handlers, and flushes no streams */
}

bool log_due(int64_t *last_us) {
    int64_t now_us = clock_monotonic_us();
    if (*last_us != 0 && now_us - *last_us < MINUTE_US)
        return false;
    *last_us = now_us;
    return true;
}
