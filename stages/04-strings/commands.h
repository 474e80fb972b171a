/* The families of commands of this stage, a table for each cmd_*.c. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "command.h"

extern const struct command connection_commands[];
extern const struct command hello_commands[];
extern const struct command client_commands[];
extern const struct command command_commands[];
extern const struct command info_commands[];
extern const struct command server_commands[];
extern const struct command key_commands[];
extern const struct command scan_commands[];
extern const struct command object_commands[];
extern const struct command set_value_commands[];
extern const struct command string_commands[];
extern const struct command bytes_commands[];
extern const struct command number_commands[];
extern const struct command lcs_commands[];

#endif
