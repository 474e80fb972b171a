/* Clients that wait until replicas or the disk have what they wrote: WAIT and
 * WAITAOF.
 *
 * Each client has a mark, the place in the history and in the log after its
 * last write. The clients that wait are looked at in each turn. Replicas are
 * asked to acknowledge by REPLCONF GETACK, which has its place in the history
 * like a write. */
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

/* To be called when a client has written. */
void acks_mark(struct client *client);

/* Answers now, or when the condition is met or the time is over. */
void acks_wait(struct client *client, const struct request *request,
               struct ack_wish wish, int64_t until_us);

/* Answers a client whose condition is met, or whose time is over. Returns false
 * if it waits for something else. */
bool acks_answer_late(struct client *client);

/* Answers the clients whose condition is met, and asks the replicas. */
extern struct acks_waiter *acks_first;
void acks_serve(void);
static inline void acks_turn(void) {
    if (acks_first)
        acks_serve();
}

/* Asks the replicas, if there are any, to acknowledge at once. */
void acks_ask(void);

/* To be called when a client leaves. */
void acks_forget(struct client *client);

#endif
