/* Clients that wait until replicas, or the disk, have what they wrote: WAIT and
 * WAITAOF.
 *
 * Each client has a mark, where the history and the log were behind its last
 * write. The clients that wait are looked at in each turn. A replica is asked
 * for an answer by REPLCONF GETACK, which has its place in the history as a
 * write has. */
#ifndef ACKS_H
#define ACKS_H

#include <stdbool.h>
#include <stdint.h>

#define ACKS_NO_LOG                                                      \
    "ERR WAITAOF cannot be used when numlocal is set but appendonly is " \
    "disabled."

struct client;
struct request;
struct acks_waiter;

/* The mark of a client. */
struct ack_mark {
    int64_t place; /* of the history */
    int64_t log;   /* bytes of the append-only file */
};

/* The condition that a client waits for. */
struct ack_wish {
    int64_t replicas;
    bool on_disk;  /* replicas must have it on their disks */
    int64_t local; /* 1: it must be on our disk, too */
    bool is_pair;  /* the reply has both counts */
};

/* A client has written. */
void acks_mark(struct client *client);

/* Answers now, or when the wish has come true or the time is over. */
void acks_wait(struct client *client, const struct request *request,
               struct ack_wish wish, int64_t until_us);

/* Answers those whose wish has come true, and asks the replicas. */
extern struct acks_waiter *acks_first;
void acks_serve(void);
static inline void acks_turn(void) {
    if (acks_first)
        acks_serve();
}

/* The client leaves. */
void acks_forget(struct client *client);

#endif
