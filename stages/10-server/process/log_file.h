/* The log: standard error, a file, or the system's log; and how detailed it
 * is. */
#ifndef LOG_FILE_H
#define LOG_FILE_H

#include <stdbool.h>

/* Applies the settings from now on. Returns false, after a line in the log, if
 * the file cannot be written. */
bool log_file_start(void);

/* Returns a new descriptor of the file, or that of standard error, for a report
 * from a signal handler. */
int log_file_open(void);

#endif
