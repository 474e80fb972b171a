/* The commands of this stage. */
#include "commands.h"

/* clang-format off */
const struct command *const command_families[] = {
    connection_commands,
    client_commands,
    command_commands,
    server_commands,
    key_commands,
    scan_commands,
    object_commands,
    debug_commands,
    memory_commands,
    sort_commands,
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
    hash_commands,
    hash_number_commands,
    hash_look_commands,
    sets_commands,
    sets_random_commands,
    sets_algebra_commands,
    stream_commands,
    stream_read_commands,
    stream_group_commands,
    stream_pending_commands,
    stream_claim_commands,
    stream_info_commands,
    zset_commands,
    zset_range_commands,
    zset_pop_commands,
    zset_algebra_commands,
    zset_scan_commands,
    bitmap_commands,
    bitfield_commands,
    hyperloglog_commands,
    NULL,
};

const struct command *const client_subcommand_families[] = {
    client_subcommands,
    client_waiting_subcommands,
    NULL,
};
/* clang-format on */
