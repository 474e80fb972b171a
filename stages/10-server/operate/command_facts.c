#include "command_facts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command_names.h"

static const struct command_group *const groups[] = {
    &bitmap_group, &cluster_group, &connection_group,   &generic_group,
    &geo_group,    &hash_group,    &hyperloglog_group,  &list_group,
    &pubsub_group, &server_group,  &set_group,          &sorted_set_group,
    &stream_group, &string_group,  &transactions_group, &absent_group,
};
enum { GROUPS = sizeof groups / sizeof groups[0] };

/* The facts and the group of each command, by its number. */
static struct {
    const struct command_facts *facts;
    const struct command_group *group;
} known[COMMANDS_MAX];

static int compare(const void *name, const void *facts) {
    return strcmp(name, ((const struct command_facts *)facts)->name);
}

static void find_facts(const struct command *command) {
    size_t number = command_number(command);
    for (size_t i = 0; i < GROUPS && known[number].facts == NULL; i++) {
        known[number].group = groups[i];
        known[number].facts =
            bsearch(command->name, groups[i]->rows, groups[i]->count,
                    sizeof *groups[i]->rows, compare);
    }
    /* Every command has facts: by them the rules of access control find its
     * keys. */
    assert(known[number].facts != NULL);
}

void command_facts_start(void) {
    const struct command *command;
    for (size_t i = 0; (command = command_numbered(i)) != NULL; i++)
        find_facts(command);
}

const struct command_facts *command_facts(const struct command *command) {
    return known[command_number(command)].facts;
}

const struct command_group *command_group(const struct command *command) {
    return known[command_number(command)].group;
}

size_t command_key_specs(const struct command_facts *facts) {
    size_t count = 0;
    while (count < COMMAND_KEY_SPECS && facts->keys[count].flags != 0)
        count++;
    return count;
}
