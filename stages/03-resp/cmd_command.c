#include "command.h"
#include "commands.h"
const struct command command_commands[] = {{0}};
