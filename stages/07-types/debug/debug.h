/* The subcommands of DEBUG. They are no commands of their own to COMMAND: a
 * wrong number of arguments is as wrong as a wrong name. Each family exports a
 * table; a stage's debug_table.c lists them. */
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

/* The families, each with a row of zeros behind the last; and those of this
 * stage, with NULL behind the last. */
extern const struct debug_subcommand data_debugs[];
extern const struct debug_subcommand *const debug_families[];

#endif
