/* There are facts about each command, and the code that reads them can rely on
 * them. */
#include "command_facts.h"
#include "command_walk.h"
#include "syntax.h"
#include "unit.h"

static void check_facts(const struct command_facts *facts, const char *name) {
    bool good = CHECK(strcmp(facts->name, name) == 0) &&
                CHECK(facts->since != NULL) &&
                CHECK(facts->complexity != NULL) &&
                CHECK(facts->summary != NULL) && CHECK(facts->syntax != NULL);
    for (size_t i = 0; good && i < command_key_specs(facts); i++)
        good = CHECK(facts->keys[i].unknown ||
                     (facts->keys[i].first != 0 && facts->keys[i].step > 0));
    /* A text that is no syntax ends the program here. */
    static struct syntax syntax;
    if (good)
        syntax_parse(&syntax, facts->syntax);
    else
        printf("# in the facts about %s\n", name);
}

/* A name that is missing, or that stands in the wrong place of its table, ends
 * the program. */
static void test_facts(void) {
    struct command_walk walk = {0};
    const struct command *command;
    while ((command = command_walk_next(&walk)) != NULL) {
        check_facts(command_facts(command), command->name);
        CHECK(command_group(command)->count > 0);
    }
}

static void test_groups_are_sorted(void) {
    struct command_walk walk = {0};
    const struct command *command;
    while ((command = command_walk_next(&walk)) != NULL) {
        const struct command_group *group = command_group(command);
        for (size_t i = 1; i < group->count; i++)
            CHECK(strcmp(group->rows[i - 1].name, group->rows[i].name) < 0);
    }
}

/* Each subcommand is told of with its container, and once. */
static void test_subcommands(void) {
    struct command_walk walk = {0};
    const struct command *command;
    size_t subs = 0, rows = 0;
    while ((command = command_walk_next(&walk)) != NULL) {
        subs += command_sub_count(command);
        rows += command_is_sub(command);
    }
    CHECK_INT((int64_t)subs, (int64_t)rows);
    CHECK(rows > 30);
}

int main(void) {
    command_start();
    command_facts_start();
    unit_test("there are facts about each command", test_facts);
    unit_test("the facts of a group are in order", test_groups_are_sorted);
    unit_test("each subcommand belongs to one command", test_subcommands);
    return unit_end();
}
