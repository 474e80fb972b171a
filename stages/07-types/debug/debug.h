/* The subcommands of DEBUG. COMMAND does not list them as commands: a wrong
 * number of arguments gives the same error as a wrong name. Each family exports
 * a table; stage.c lists the families. */
#ifndef DEBUG_H
#define DEBUG_H

#include <stddef.h>

#include "client.h"

struct debug_subcommand {
    const char *name; /* lower case */
    void (*run)(struct client *client, struct request *request);
    size_t least, most; /* arguments, including DEBUG and the name */
    const char *syntax, *summary;
};

/* The families of this stage, in stage.c. Each table ends with a row of zeros,
 * and NULL follows the last family. */
extern const struct debug_subcommand *const stage_debugs[];

#endif
