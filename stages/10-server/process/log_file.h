/* Where the log goes: to standard error, to a file, to the system's log; and
 * how much of it. */
#ifndef LOG_FILE_H
#define LOG_FILE_H

#include <stdbool.h>

/* From now on the settings decide. Returns false, after a word in the log, if
 * the file cannot be written. */
bool log_file_start(void);

/* The descriptor of the file, newly opened, or that of standard error: for a
 * report from a signal handler. */
int log_file_open(void);

#endif
