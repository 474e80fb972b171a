/* Names of commands, beyond what command.h knows.
 *
 * A command has a name of its own, which access control, logs and COMMAND use,
 * and a name by which clients call it. The two are the same unless the
 * configuration renames the command. It may also take the name from clients
 * altogether. Commands of Redis that this server does not have are treated like
 * that (absent_commands.c): nobody can call EVAL, but a rule may name it. */
#ifndef COMMAND_NAMES_H
#define COMMAND_NAMES_H

#include "command.h"

/* Returns the command with that number (command_number()), or NULL. */
const struct command *command_numbered(size_t number);

/* Commands of which only the name is known; a row of zeros ends them. */
extern const struct command absent_commands[];

/* Makes clients call a command by another name, or not at all if that is empty.
 * Returns NULL, or what is wrong. */
const char *command_rename(struct slice from, struct slice to);

/* Returns the name by which clients call it: empty if the configuration has
 * taken it from them, NULL if the server does not have the command. */
const char *command_call(const struct command *command);

/* Returns true if clients can call it. */
bool command_is_called(const struct command *command);

/* Finds a command or subcommand by its own full name: "get", "client|id". */
const struct command *command_named(struct slice name);

#endif
