#include "command.h"

#include <ctype.h>
#include <stdio.h>

bool command_takes(const struct command *command, size_t argc) {
    if (command->arity >= 0)
        return argc == (size_t)command->arity;
    return argc >= (size_t)-command->arity;
}

/* Names the command and shows about 128 bytes of its arguments. */
static void reply_unknown_name(struct client *client,
                               const struct request *request) {
    enum { SHOWN = 128 };
    char args[SHOWN + sizeof "'' "] = "";
    size_t used = 0;
    for (size_t i = 1; i < request->argc && used < SHOWN; i++) {
        struct slice arg = request->argv[i];
        size_t shown = arg.len < SHOWN - used ? arg.len : SHOWN - used;
        used += (size_t)snprintf(args + used, sizeof args - used, "'%.*s' ",
                                 (int)shown, arg.len > 0 ? arg.ptr : "");
    }
    struct slice name = request->argv[0];
    reply_errorf(client,
                 "ERR unknown command '%.*s', with args beginning with: %s",
                 SLICE_SHOWN(name), args);
}

/* The container is named in capitals, however the client spelled it. */
static void reply_unknown_sub(struct client *client,
                              const struct request *request) {
    struct slice container = request->argv[0];
    char upper[COMMAND_NAME_MAX] = "";
    for (size_t i = 0; i < container.len && i < sizeof upper - 1; i++)
        upper[i] = (char)toupper((unsigned char)container.ptr[i]);
    reply_errorf(client, "ERR unknown subcommand '%.*s'. Try %s HELP.",
                 SLICE_SHOWN(request->argv[1]), upper);
}

const struct command *command_find_sub(const struct command *container,
                                       struct slice name) {
    char full[COMMAND_NAME_MAX];
    int bar = snprintf(full, sizeof full, "%s|", container->name);
    /* A name too long for full is longer than any subcommand's. */
    if (name.len == 0 || name.len >= sizeof full - (size_t)bar)
        return NULL;
    memcpy(full + bar, name.ptr, name.len);
    return command_row((struct slice){full, (size_t)bar + name.len});
}

const struct command *command_called(const struct slice *argv, size_t argc) {
    const struct command *command = command_find(argv[0]);
    if (command != NULL && (command->flags & CMD_CONTAINER) && argc > 1)
        return command_find_sub(command, argv[1]);
    return command;
}

void command_reply_arity(struct client *client) {
    reply_errorf(client, "ERR wrong number of arguments for '%s' command",
                 client->last_command->name);
}

const struct command *command_resolve(struct client *client,
                                      const struct request *request) {
    const struct command *command =
        command_called(request->argv, request->argc);
    /* Set before the checks: the error for a wrong number names it. */
    client->last_command = command;
    if (command != NULL && command_takes(command, request->argc))
        return command;
    if (command != NULL)
        command_reply_arity(client);
    else if (command_find(request->argv[0]) != NULL)
        reply_unknown_sub(client, request);
    else
        reply_unknown_name(client, request);
    return NULL;
}
