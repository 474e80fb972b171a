/* The types of values that this stage has, and what each of its facilities
 * keeps with a client. The rest of what the stage is made of is in stage.c. */
#ifndef STAGE_H
#define STAGE_H

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
};

/* One turn of the server: sends the replies, waits until there is something to
 * do, and does it. */
void stage_turn(void);

#endif
