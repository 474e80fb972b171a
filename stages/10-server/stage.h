/* The types of values that this stage has, and what each of its facilities
 * keeps with a client. The rest of what the stage is made of is in stage.c. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "acks.h"
#include "client_memory.h"
#include "client_reply.h"

enum type {
    TYPE_STRING,
    TYPE_LIST,
    TYPE_SET,
    TYPE_ZSET,
    TYPE_HASH,
    TYPE_STREAM
};

/* Marks of special clients. A facility sets the bit that is named for it as
 * long as it wants to be asked about the client's requests. Most clients never
 * have any of them, and then stage.c asks nobody: see stage_run(). */
enum client_special {
    CLIENT_STRANGER = 1 << 0, /* it has not authenticated: stranger.h */
    CLIENT_MUTE = 1 << 1,     /* it does not want each reply: client_reply.h */
    CLIENT_IN_MULTI = 1 << 2, /* it has begun a transaction: multi.h */
    CLIENT_SUBSCRIBED = 1 << 3, /* it listens to something: pubsub.h */
    CLIENT_MONITOR = 1 << 4,    /* it sees all commands: monitor.h */
    CLIENT_LIMITED = 1 << 5,    /* its user may not do everything: acl.h */
    CLIENT_TRACKED = 1 << 6,    /* it caches what it reads: tracking.h */
    CLIENT_FOLLOWER = 1 << 7    /* it is being sent the history: follower.h */
};

struct stage_client {
    unsigned special; /* bits of the above */
    enum client_replies replies;
    char *name, *lib_name, *lib_version; /* as it calls itself; or NULL */
    struct client_address *address;      /* once somebody has asked; or NULL */
    struct waiter *waiter;               /* what it waits for; or NULL */
    struct held *held;                   /* its request that waits; or NULL */
    size_t unread; /* bytes of input that it was given and has not used */
    size_t owed;   /* bytes of output from before it was a stranger again */
    struct acl_user *user;        /* whose rights it has; NULL: it may do all */
    struct pubsub_client *pubsub; /* what it listens to; or NULL */
    struct transaction *multi;    /* begun by MULTI; or NULL */
    struct watcher *watches;      /* the keys that it watches; or NULL */
    struct tracker *tracker;      /* of what it caches; or NULL */
    struct follower *follower;    /* as it follows us, or will; or NULL */
    struct acks_waiter *acks;     /* as it waits for replicas; or NULL */
    struct ack_mark mark;         /* behind its last write */
    struct client_memory memory;
    bool watched_changed; /* one of its watched keys has changed */
    bool authenticated;   /* it has said who it is, or need not */
    bool resp3;           /* it speaks version 3 of the protocol */
    bool waits_for_end;   /* it has asked for a SHUTDOWN */
    bool no_evict;        /* it is not closed to save memory */
};

static inline void stage_set_special(struct stage_client *state,
                                     enum client_special bit, bool on) {
    state->special = on ? state->special | bit : state->special & ~bit;
}

/* Changes how keys whose time has come are judged, when a pause or a role has
 * begun or ended. */
void stage_judge_keys(void);

/* One turn of the server: sends the replies, waits until there is something to
 * do, and does it. */
void stage_turn(void);

#endif
