#include "command_categories.h"

#include "command.h"
#include "command_facts.h"

const char *const category_names[] = {
    "@keyspace",  "@read",     "@write",     "@set",        "@sortedset",
    "@list",      "@hash",     "@string",    "@bitmap",     "@hyperloglog",
    "@geo",       "@stream",   "@pubsub",    "@admin",      "@fast",
    "@slow",      "@blocking", "@dangerous", "@connection", "@transaction",
    "@scripting", NULL,
};

unsigned category_find(struct slice name) {
    for (size_t i = 0; category_names[i] != NULL; i++)
        if (slice_is(name, category_names[i] + 1))
            return 1u << i;
    return 0;
}

/* Categories that follow from a flag. */
static const struct {
    unsigned flag, categories;
} implied[] = {
    {CMD_READONLY, CATEGORY_READ},
    {CMD_WRITE, CATEGORY_WRITE},
    {CMD_ADMIN, CATEGORY_ADMIN | CATEGORY_DANGEROUS},
    {CMD_BLOCKING, CATEGORY_BLOCKING},
    {CMD_PUBSUB, CATEGORY_PUBSUB},
};

unsigned command_categories(const struct command *command) {
    unsigned categories = command_facts(command)->categories;
    /* A container that cannot be called is not in the category of its group. */
    if (categories == 0 && command->run != NULL)
        categories = command_group(command)->category;
    for (size_t i = 0; i < sizeof implied / sizeof implied[0]; i++)
        if (command->flags & implied[i].flag)
            categories |= implied[i].categories;
    bool fast = command->flags & CMD_FAST;
    /* Every command is in one of the two, containers included. */
    return categories | (fast ? CATEGORY_FAST : CATEGORY_SLOW);
}
