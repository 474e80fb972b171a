/* The families of commands of this stage, a table for each cmd_*.c. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "command.h"

extern const struct command connection_commands[];
extern const struct command hello_commands[];
extern const struct command client_commands[];
extern const struct command command_commands[];
extern const struct command info_commands[];

#endif
