/* The title of the process, which ps(1) shows instead of its arguments:
 *
 *     ./server *:6379
 *
 * It overwrites the arguments and the environment, which lie in one piece. The
 * environment is copied elsewhere first. */
#ifndef PROC_TITLE_H
#define PROC_TITLE_H

/* Remembers where the arguments lie. To be called before threads are
 * started. */
void proc_title_begin(int argc, char **argv);

/* Writes the title, if the settings ask for one, and from now on also that of
 * each child that is forked:
 *
 *     redis-rdb-bgsave *:6379
 *
 * Ends the program, after a line in the log, if the template is wrong; CONFIG
 * SET refuses such a one. */
void proc_title_start(void);

#endif
