/* Facts about commands that are not needed to run them: for COMMAND, for HELP,
 * and for those who decide what a client may do.
 *
 * Each group of commands has a table in a file of its own, in the order of the
 * names. A subcommand has a row like any other: "client|id". */
#ifndef COMMAND_FACTS_H
#define COMMAND_FACTS_H

#include "command.h"
#include "command_categories.h"
#include "key_spec.h"

enum { COMMAND_KEY_SPECS = 3 };

/* Which arguments are channels. */
enum command_channels {
    CHANNELS_NONE,
    CHANNELS_FIRST,   /* the first argument */
    CHANNELS_ALL,     /* all arguments */
    CHANNELS_PATTERNS /* all, and they are patterns of channels */
};

struct command_facts {
    const char *name;
    /* "1.0.0", "O(1)", a sentence, and the arguments as a manual writes them:
     * "key value [NX | XX] [GET]". */
    const char *since, *complexity, *summary, *syntax;
    struct key_spec keys[COMMAND_KEY_SPECS];
    /* For proxies of several servers: what the reply depends on, and how the
     * replies of several servers are combined. Words, or NULL. */
    const char *tips;
    /* ACL categories besides those that follow from its flags; 0 means that of
     * its group. */
    unsigned categories;
    enum command_channels channels; /* that it sends to, or listens to */
};

struct command_group {
    const char *name;
    unsigned category; /* of access control; 0 for none */
    const struct command_facts *rows;
    size_t count;
};

extern const struct command_group absent_group, bitmap_group, cluster_group,
    connection_group, generic_group, geo_group, hash_group, hyperloglog_group,
    list_group, pubsub_group, server_group, set_group, sorted_set_group,
    stream_group, string_group, transactions_group;

/* Finds the facts about each command. To be called when the commands have
 * numbers. */
void command_facts_start(void);

/* Return the facts about a command, and its group. */
const struct command_facts *command_facts(const struct command *command);
const struct command_group *command_group(const struct command *command);

size_t command_key_specs(const struct command_facts *facts);

#endif
