/* rename-command name new-name, in the configuration file. An empty new name
 * takes the command from all clients. */
#include "buf_text.h"
#include "command_names.h"
#include "command_walk.h"
#include "quoted.h"
#include "settings.h"

static const char *rename_set(const struct slice *words, size_t count) {
    if (count != 2)
        return "Bad directive or wrong number of arguments";
    command_start();
    return command_rename(words[0], words[1]);
}

static void append_name(struct buf *out, const char *name, const char *end) {
    quoted_append(out, slice_of(name));
    buf_text(out, end);
}

/* Writes a line for each command that has another name for clients. */
static void rename_get(struct buf *out) {
    struct command_walk walk = {.uncalled = true};
    const struct command *command;
    while ((command = command_walk_next_of(&walk, NULL)) != NULL) {
        const char *call = command_call(command);
        /* An absent command has no name for clients, so it was not renamed. */
        if (call == NULL || strcmp(call, command->name) == 0)
            continue;
        append_name(out, command->name, " ");
        append_name(out, call, "\n");
    }
}

const struct setting rename_settings[] = {
    {"rename-command", SETTING_OWN, SETTING_LINES, .set = rename_set,
     .get = rename_get, .help = "a command and its new name; \"\" disables it"},
    {0},
};
