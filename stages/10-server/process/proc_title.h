/* The title of the process, which ps(1) shows in place of its arguments:
 *
 *     ./server *:6379
 *
 * It is written over the arguments and the environment, which lie in one piece
 * behind each other; the environment is copied away first. */
#ifndef PROC_TITLE_H
#define PROC_TITLE_H

/* Remembers where they lie. Before threads are started. */
void proc_title_begin(int argc, char **argv);

/* Writes the title, if the settings ask for one. */
void proc_title_set(void);

#endif
