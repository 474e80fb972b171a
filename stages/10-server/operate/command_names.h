/* Names of commands, where they are more than command.h knows.
 *
 * A command has a name of its own, which rules of access control, logs and
 * COMMAND use, and a name that clients call it by. The two are the same unless
 * the configuration renames the command; then it may also have no name for
 * clients at all. That is also how the commands of Redis that this server lacks
 * are kept (absent_commands.c): nobody can call EVAL, but a rule may name it.
 */
#ifndef COMMAND_NAMES_H
#define COMMAND_NAMES_H

#include "command.h"

/* Commands that are known by name alone, with a row of zeros behind the last.
 */
extern const struct command absent_commands[];

/* Lets clients call a command by another name, or not at all if that is empty.
 * Returns NULL, or what is wrong. */
const char *command_rename(struct slice from, struct slice to);

/* The name that clients call it by. It is empty if the configuration has taken
 * the command from them, and NULL if the server lacks the command. */
const char *command_call(const struct command *command);

/* Returns true if clients can call it. */
bool command_is_called(const struct command *command);

/* Finds a command or subcommand by its own full name: "get", "client|id". */
const struct command *command_named(struct slice name);

#endif
