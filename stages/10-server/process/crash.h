/* A report of a crash: which signal, where, the registers, the stack, and what
 * the server was doing; then the process ends as it would have without it, with
 * a core if the system keeps one. */
#ifndef CRASH_H
#define CRASH_H

/* From now on a crash is reported, unless crash-log-enabled is no. */
void crash_start(void);

#endif
