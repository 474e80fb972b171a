/* The loop: one thread that waits for many descriptors and for time.
 *
 * A watch says which events of a descriptor matter and which function is to be
 * called. It is a member of the thing that it serves, so nothing is allocated
 * for it. Its owner may add, change and remove watches in any handler, the
 * watch's own included, and may free one as soon as loop_remove() has returned.
 *
 * A process has one loop, as it has one thread that owns the data. */
#ifndef LOOP_H
#define LOOP_H

#include <stddef.h>
#include <stdint.h>

enum {
    LOOP_READ = 1, /* bytes, a new connection, or the end of the stream */
    LOOP_WRITE = 2 /* room to write */
};

struct watch {
    int fd;
    unsigned events; /* LOOP_READ | LOOP_WRITE; with 0 only errors come */
    /* Called with the events. An error or a hang-up is reported as both, so
     * that the next read or write finds it. */
    void (*ready)(struct watch *watch, unsigned events);
    size_t slot; /* the loop's own */
};

/* Begins to watch. The caller has set fd, events and ready. */
void loop_add(struct watch *watch);
/* Changes which events matter; cheap when they are the same as before. */
void loop_change(struct watch *watch, unsigned events);
void loop_remove(struct watch *watch);

/* Sleeps until something happens, a timer is due, or a signal was handled; then
 * calls the handlers. A handler that leaves something unread is called again in
 * the next turn. */
void loop_turn(void);

/* The monotonic clock as it stood when the last sleep ended, or when the first
 * watch was added. It is right to within one turn, and costs nothing. */
int64_t loop_now_us(void);

#endif
