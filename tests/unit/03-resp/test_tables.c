/* The tables of commands hold what the code that reads them relies on. */
#include "command.h"
#include "unit.h"

/* Whether the row of its container stands in some table, if it is a
 * subcommand. */
static bool has_container(const struct command *sub) {
    size_t len = strcspn(sub->name, "|");
    for (size_t f = 0; stage_commands[f] != NULL; f++)
        for (const struct command *c = stage_commands[f]; c->name; c++)
            if (strlen(c->name) == len && memcmp(c->name, sub->name, len) == 0)
                return c->flags & CMD_CONTAINER;
    return false;
}

static void check_row(const struct command *row) {
    bool good = CHECK(row->arity != 0) &&
                CHECK(strlen(row->name) < COMMAND_NAME_MAX) &&
                CHECK(row->run != NULL || (row->flags & CMD_CONTAINER)) &&
                CHECK(!command_is_sub(row) || has_container(row));
    for (const char *c = row->name; good && *c != '\0'; c++)
        good = CHECK(*c < 'A' || *c > 'Z');
    if (!good)
        printf("# in the row of %s\n", row->name);
}

static void test_rows(void) {
    for (size_t f = 0; stage_commands[f] != NULL; f++)
        for (const struct command *c = stage_commands[f]; c->name; c++)
            check_row(c);
}

static const struct command *find(const char *name) {
    return command_find(slice_of(name));
}

/* Finds a subcommand as a request names it, in two words. */
static const struct command *find_sub(const char *name) {
    char container[COMMAND_NAME_MAX] = "";
    size_t len = strcspn(name, "|");
    memcpy(container, name, len);
    const char *sub = name + len + 1;
    return command_find_sub(find(container), slice_of(sub));
}

static void check_found(const struct command *row) {
    bool sub = command_is_sub(row);
    const struct command *(*search)(const char *) = sub ? find_sub : find;
    char name[COMMAND_NAME_MAX + 1];
    size_t len = strlen(row->name);
    memcpy(name, row->name, len + 1);
    const struct command *found = search(name);
    CHECK(found != NULL && found->run == row->run &&
          found->arity == row->arity && found->flags == row->flags);
    for (size_t i = 0; i < len; i++)
        if (name[i] >= 'a' && name[i] <= 'z')
            name[i] = (char)(name[i] - 'a' + 'A');
    CHECK(search(name) == found);
    /* In one word it is no command. */
    CHECK(!sub || find(name) == NULL);
    CHECK(sub || command_find((struct slice){name, len + 1}) == NULL);
    /* Nor is it one with another byte, however much that looks like it. */
    for (size_t i = sub ? strcspn(name, "|") + 1 : 0; i < len; i++)
        for (int bit = 0; bit < 8; bit++) {
            char byte = name[i];
            name[i] = (char)(byte ^ 1 << bit);
            bool letter = byte >= 'A' && byte <= 'Z';
            CHECK((search(name) == found) == (bit == 5 && letter));
            name[i] = byte;
        }
    memcpy(name + len, "!", 2);
    CHECK(search(name) == NULL);
}

/* In any case, and not by a part of it. */
static void test_find(void) {
    size_t commands = 0;
    command_start();
    for (size_t f = 0; stage_commands[f] != NULL; f++) {
        for (const struct command *c = stage_commands[f]; c->name; c++) {
            check_found(c);
            commands += !command_is_sub(c);
        }
    }
    CHECK_INT((int64_t)command_count(), (int64_t)commands);
    CHECK(command_find((struct slice){NULL, 0}) == NULL);
    CHECK(command_find_sub(find("client"), (struct slice){NULL, 0}) == NULL);
    static char longest[2 * COMMAND_NAME_MAX];
    memset(longest, 'x', sizeof longest);
    for (size_t len = 0; len <= sizeof longest; len++)
        CHECK(command_find_sub(find("client"), (struct slice){longest, len}) ==
              NULL);
}

int main(void) {
    unit_test("each row is whole", test_rows);
    unit_test("each command is found by its name", test_find);
    return unit_end();
}
