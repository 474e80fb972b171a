/* The families of commands of this stage, a table for each cmd_*.c. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "command.h"

extern const struct command connection_commands[];
extern const struct command hello_commands[];
extern const struct command client_commands[];
extern const struct command waiting_commands[];
extern const struct command client_more_commands[];
extern const struct command command_commands[];
extern const struct command help_commands[];
extern const struct command server_commands[];
extern const struct command key_commands[];
extern const struct command scan_commands[];
extern const struct command object_commands[];
extern const struct command debug_commands[];
extern const struct command info_commands[];
extern const struct command config_commands[];
extern const struct command save_commands[];
extern const struct command dump_commands[];
extern const struct command aof_commands[];
extern const struct command memory_commands[];
extern const struct command sort_commands[];
extern const struct command restore_commands[];
extern const struct command expire_commands[];
extern const struct command set_value_commands[];
extern const struct command string_commands[];
extern const struct command bytes_commands[];
extern const struct command number_commands[];
extern const struct command lcs_commands[];
extern const struct command list_commands[];
extern const struct command list_edit_commands[];
extern const struct command list_move_commands[];
extern const struct command list_wait_commands[];
extern const struct command hash_commands[];
extern const struct command hash_number_commands[];
extern const struct command hash_look_commands[];
extern const struct command sets_commands[];
extern const struct command sets_random_commands[];
extern const struct command sets_algebra_commands[];
extern const struct command stream_commands[];
extern const struct command stream_read_commands[];
extern const struct command stream_group_commands[];
extern const struct command stream_pending_commands[];
extern const struct command stream_claim_commands[];
extern const struct command stream_info_commands[];
extern const struct command zset_commands[];
extern const struct command zset_range_commands[];
extern const struct command zset_pop_commands[];
extern const struct command zset_algebra_commands[];
extern const struct command zset_scan_commands[];
extern const struct command bitmap_commands[];
extern const struct command bitfield_commands[];
extern const struct command hyperloglog_commands[];
extern const struct command geo_commands[];
extern const struct command geo_search_commands[];

#endif
