#include "command_facts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct command_group *const groups[] = {
    &bitmap_group, &connection_group,  &generic_group, &geo_group,
    &hash_group,   &hyperloglog_group, &list_group,    &server_group,
    &set_group,    &sorted_set_group,  &stream_group,  &string_group,
};

static int compare(const void *name, const void *facts) {
    return strcmp(name, ((const struct command_facts *)facts)->name);
}

const struct command_facts *command_facts(const char *name,
                                          const struct command_group **group) {
    const struct command_facts *found = NULL;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0] && !found; i++) {
        *group = groups[i];
        found = bsearch(name, groups[i]->rows, groups[i]->count,
                        sizeof *groups[i]->rows, compare);
    }
    assert(found != NULL);
    return found;
}

size_t command_key_specs(const struct command_facts *facts) {
    size_t count = 0;
    while (count < COMMAND_KEY_SPECS && facts->keys[count].flags != NULL)
        count++;
    return count;
}
