#include "command_categories.h"

#include "command.h"
#include "command_facts.h"

static const char *const names[] = {
    "@keyspace", "@read",      "@write",      "@set",    "@sortedset",
    "@list",     "@hash",      "@string",     "@bitmap", "@hyperloglog",
    "@geo",      "@stream",    "@admin",      "@fast",   "@slow",
    "@blocking", "@dangerous", "@connection",
};

const char *category_name(enum command_category category) {
    size_t number = 0;
    while (1u << number != (unsigned)category)
        number++;
    return names[number];
}

/* The categories that follow from a flag. */
static const struct {
    unsigned flag, categories;
} implied[] = {
    {CMD_READONLY, CATEGORY_READ},
    {CMD_WRITE, CATEGORY_WRITE},
    {CMD_ADMIN, CATEGORY_ADMIN | CATEGORY_DANGEROUS},
    {CMD_BLOCKING, CATEGORY_BLOCKING},
};

unsigned command_categories(const struct command *command) {
    const struct command_group *group;
    const struct command_facts *facts = command_facts(command->name, &group);
    unsigned categories = facts->categories;
    /* A container that cannot be called is in no category of a group. */
    if (categories == 0 && command->run != NULL)
        categories = group->category;
    for (size_t i = 0; i < sizeof implied / sizeof implied[0]; i++)
        if (command->flags & implied[i].flag)
            categories |= implied[i].categories;
    bool fast = command->flags & CMD_FAST;
    return categories | (fast ? CATEGORY_FAST : CATEGORY_SLOW);
}
