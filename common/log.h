/* The server's diary: one line on stderr per event, with the time.
 *
 *     2026-11-22 21:48:03.127 info  ready on 127.0.0.1:6379
 *
 * A line is written by one write(2), so that lines of several threads do not
 * mix. Whatever the text holds, it stays one line: control characters come out
 * as '?', and what is longer than LOG_LINE_MAX bytes is cut. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_LINE_MAX 1024

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* Called with each line, its newline included. It writes to stderr until a
 * server that logs elsewhere sets it, which it must do before it starts
 * threads. */
extern void (*log_write)(enum log_level level, const char *line, size_t len);

/* Something that the owner of a healthy server may want to know. */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something went wrong and the server goes on. */
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something went wrong and what was asked for cannot be done. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the process with status 1, after log_error() has said why. The data is
 * not freed first: that could take as long as building it did. */
_Noreturn void log_exit(void);

/* Returns true if a message that a stranger can provoke as often as they like
 * may be logged now, which is at most once a minute. *last_us keeps the time of
 * the last one; it is 0 at first. */
bool log_due(int64_t *last_us);

#endif
