/* The commands of this stage. */
#include "commands.h"

/* clang-format off */
const struct command *const command_families[] = {
    connection_commands,
    hello_commands,
    client_commands,
    command_commands,
    info_commands,
    server_commands,
    key_commands,
    scan_commands,
    object_commands,
    expire_commands,
    set_value_commands,
    string_commands,
    bytes_commands,
    number_commands,
    lcs_commands,
    list_commands,
    list_edit_commands,
    list_move_commands,
    list_wait_commands,
    waiting_commands,
    NULL,
};
/* clang-format on */
