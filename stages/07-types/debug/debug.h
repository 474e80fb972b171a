/* The subcommands of DEBUG. They are no commands of their own to COMMAND: a
 * wrong number of arguments is as wrong as a wrong name. Each family exports a
 * table; a stage's stage.c lists them. */
#ifndef DEBUG_H
#define DEBUG_H

#include <stddef.h>

#include "client.h"

struct debug_subcommand {
    const char *name; /* lower case */
    void (*run)(struct client *client, struct request *request);
    size_t least, most; /* arguments, DEBUG and the name among them */
    const char *syntax, *summary;
};

/* The families of this stage, each with a row of zeros behind the last, and
 * with NULL behind the last family: in stage.c. */
extern const struct debug_subcommand *const stage_debugs[];

#endif
