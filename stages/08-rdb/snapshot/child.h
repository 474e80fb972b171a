/* A child of the server: a process with the data as it stood when it was
 * forked, which it can take its time to write, while the server goes on. The
 * two share the memory, page by page, until one of them writes to it.
 *
 * There is one child at a time. It tells by a pipe how far it is, and its end
 * of the pipe closes when it ends, however that comes. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/* Forks. The child calls work, and ends with what that returns: 0 if all went
 * well. The server calls ended from the loop, with how the child ended: 0, or
 * anything else. The path is that of the file that the child replaces
 * (file_replace.h): what is left of it by a child that does not end well is
 * removed. Returns 0, or an errno: then there is no child. */
int child_start(const char *path, int (*work)(void), void (*ended)(int status));

bool child_running(void);

/* While it is held, nothing is to be forked: the data is half changed, and what
 * a child wrote of it would be no moment that anybody has seen. Whoever asks
 * for a child meanwhile waits until it is let go. */
void child_hold(bool hold);
bool child_held(void);

/* Lets begin be called as soon as there is no child, and it is not held: at
 * once, or from the loop when the child has ended, killed or not. A
 * function that asks twice is called once. */
void child_when_free(void (*begin)(void));

/* Ends the child at once, if there is one; ended is not called any more.
 * Returns the number of the process, or 0. */
long child_kill(void);

/* Called within the child when that many keys are done. It may be called for
 * each key: it costs next to nothing. */
void child_progress(uint64_t keys);

/* The memory that the last child and the server shared no more at its end, as
 * far as it told. */
uint64_t child_private_bytes(void);

/* Appends the lines of INFO about the child and those before it. */
void child_info(struct buf *out);

#endif
