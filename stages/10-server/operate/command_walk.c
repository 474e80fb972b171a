#include "command_walk.h"

#include "command_names.h"

const struct command *command_walk_next(struct command_walk *walk) {
    const struct command *command;
    do
        command = command_numbered(walk->next++);
    while (command != NULL && !walk->uncalled && !command_is_called(command));
    return command;
}

static bool is_of(const struct command *command,
                  const struct command *container) {
    if (container == NULL)
        return !command_is_sub(command);
    size_t len = strlen(container->name);
    return strncmp(command->name, container->name, len) == 0 &&
           command->name[len] == '|';
}

const struct command *command_walk_next_of(struct command_walk *walk,
                                           const struct command *container) {
    const struct command *command;
    do
        command = command_walk_next(walk);
    while (command != NULL && !is_of(command, container));
    return command;
}

size_t command_sub_count(const struct command *container) {
    size_t count = 0;
    if (!(container->flags & CMD_CONTAINER))
        return 0;
    struct command_walk walk = {0};
    while (command_walk_next_of(&walk, container) != NULL)
        count++;
    return count;
}

const struct command *command_find_full(struct slice name) {
    char *bar = name.len > 0 ? memchr(name.ptr, '|', name.len) : NULL;
    if (bar == NULL)
        return command_find(name);
    /* The container is found first, because it may have been renamed. */
    size_t len = (size_t)(bar - name.ptr);
    const struct command *container =
        command_find((struct slice){name.ptr, len});
    if (container == NULL)
        return NULL;
    return command_find_sub(container,
                            (struct slice){bar + 1, name.len - len - 1});
}
