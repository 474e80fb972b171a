/* A child of the server: a process with the data as they were when it was
 * forked. It can take its time to write them, while the server goes on. The two
 * share each page of memory until one of them writes to it.
 *
 * There is one child at a time. It reports its progress through a pipe, whose
 * end closes when the child ends, however that happens. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/* Forks. The child calls work, and its exit status is what that returns: 0 if
 * all went well. The server calls ended from the loop with that status. The
 * name, of at most 15 bytes, is that of the process (ps -o comm). The path is
 * the file that the child replaces (file_replace.h): if the child fails, what
 * it has left of the new file is removed. Returns 0, or an errno; then there is
 * no child. */
int child_start(const char *name, const char *path, int (*work)(void),
                void (*ended)(int status));

/* The name of the child that was forked last. It is set before the fork. */
extern const char *child_name;

bool child_running(void);

/* Returns true while there is a child that replaces this file. */
bool child_replaces(const char *path);

/* While the child is held, nothing must be forked: the data are half changed,
 * and a child would write a state that nobody has ever seen. Those who ask for
 * a child meanwhile wait until it is released, as often as it was held. */
void child_hold(bool hold);
bool child_held(void);

/* Calls begin as soon as there is no child and it is not held: at once, or from
 * the loop when the child has ended, even if it was killed. A function that
 * asks twice is called once. */
void child_when_free(void (*begin)(void));

/* Kills the child, if there is one; ended is not called. Returns its process
 * id, or 0. */
long child_kill(void);

/* Called in the child, with the number of keys that are done. It costs next to
 * nothing, so it may be called for each key. */
void child_progress(uint64_t keys);

/* Returns the memory that the last child did not share with the server at its
 * end, as far as it was reported. */
uint64_t child_private_bytes(void);

/* How often the server has forked, and how long the last fork took. */
struct child_counts {
    uint64_t forks;
    int64_t fork_us;
};
extern struct child_counts child_counts;

/* Appends the lines of INFO about the child, and about all forks so far. */
void child_info(struct buf *out);
void child_fork_info(struct buf *out);

#endif
