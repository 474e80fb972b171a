/* The types of values that this stage has, and what each of its facilities
 * keeps with a client. The rest of what the stage is made of is in stage.c. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "client_reply.h"

enum type {
    TYPE_STRING,
    TYPE_LIST,
    TYPE_SET,
    TYPE_ZSET,
    TYPE_HASH,
    TYPE_STREAM
};

struct stage_client {
    char *name, *lib_name, *lib_version; /* as it calls itself; or NULL */
    struct waiter *waiter;               /* what it waits for; or NULL */
    enum client_replies replies;
    bool authenticated;
    size_t owed; /* bytes of output from before it was a stranger again */
    bool no_evict;
    struct pubsub_client *pubsub; /* what it listens to; or NULL */
    bool resp3;                   /* it speaks version 3 of the protocol */
    struct transaction *multi;    /* begun by MULTI; or NULL */
    struct watcher *watches;      /* the keys that it watches; or NULL */
    bool watched_changed;         /* one of these has changed */
    bool monitors;                /* it sees all commands: MONITOR */
};

/* One turn of the server: sends what was answered, and waits for more to do;
 * then does it. */
void stage_turn(void);

#endif
