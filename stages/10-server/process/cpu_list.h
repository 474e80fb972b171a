/* Which cores the server, its threads and its children run on: the settings
 * server_cpulist, bio_cpulist, bgsave_cpulist and aof_rewrite_cpulist. A list
 * is as for taskset(1): "0,2-3,8-15:2" are the cores 0, 2, 3, 8, 10, 12 and
 * 14. One that is empty, or that cannot be read, changes nothing. */
#ifndef CPU_LIST_H
#define CPU_LIST_H

/* Binds this thread, the threads beside the loop, and from now on each child
 * that is forked. */
void cpu_list_start(void);

#endif
