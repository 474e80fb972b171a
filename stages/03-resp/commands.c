/* The commands of this stage. */
#include "commands.h"

/* clang-format off */
const struct command *const command_families[] = {
    connection_commands,
    hello_commands,
    client_commands,
    command_commands,
    info_commands,
    NULL,
};
/* clang-format on */
