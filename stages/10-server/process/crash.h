/* A report of a crash: the signal, the address, the registers and the stack.
 * Then the process ends as it would have without the report, with a core dump
 * if the system keeps one. */
#ifndef CRASH_H
#define CRASH_H

/* Reports crashes from now on, unless crash-log-enabled is no. */
void crash_start(void);

#endif
