/* The commands of this stage. */
#include "commands.h"

const struct command *const command_families[] = {
    connection_commands,
    client_commands,
    command_commands,
    NULL,
};

const struct command *const client_subcommand_families[] = {
    client_subcommands,
    NULL,
};
