/* The tables of commands hold what the code that reads them relies on. */
#include "command.h"
#include "syntax.h"
#include "unit.h"

static void check_row(const struct command *row,
                      const struct command *container) {
    bool good = CHECK(row->arity != 0) && CHECK(row->group != NULL) &&
                CHECK(row->since != NULL) && CHECK(row->complexity != NULL) &&
                CHECK(row->summary != NULL) &&
                CHECK(row->run != NULL || row->subcommands != NULL) &&
                CHECK(row->syntax != NULL || row->run == NULL);
    for (const char *c = row->name; good && *c != '\0'; c++)
        good = CHECK(*c < 'A' || *c > 'Z');
    for (size_t i = 0; good && i < COMMAND_KEY_SPECS; i++)
        if (row->keys[i].flags != NULL)
            good = CHECK(row->keys[i].first > 0 && row->keys[i].step > 0);
    /* A text that is no syntax ends the program here. */
    static struct syntax syntax;
    if (good && row->syntax != NULL)
        syntax_parse(&syntax, row->syntax);
    if (!good)
        printf("# in the row of %s %s\n", container ? container->name : "",
               row->name);
}

static void test_rows(void) {
    for (size_t f = 0; command_families[f] != NULL; f++) {
        for (const struct command *c = command_families[f]; c->name; c++) {
            check_row(c, NULL);
            const struct command *sub;
            for (size_t i = 0; (sub = command_sub(c, i)) != NULL; i++)
                check_row(sub, c);
        }
    }
}

/* In any case, and not by a part of it. */
static void test_find(void) {
    command_start();
    for (size_t f = 0; command_families[f] != NULL; f++) {
        for (const struct command *c = command_families[f]; c->name; c++) {
            char name[64];
            size_t len = strlen(c->name);
            memcpy(name, c->name, len + 1);
            CHECK(command_find((struct slice){name, len}) == c);
            for (size_t i = 0; i < len; i++)
                if (name[i] >= 'a' && name[i] <= 'z')
                    name[i] = (char)(name[i] - 'a' + 'A');
            CHECK(command_find((struct slice){name, len}) == c);
            name[len] = '!';
            CHECK(command_find((struct slice){name, len + 1}) == NULL);
        }
    }
    CHECK(command_find((struct slice){NULL, 0}) == NULL);
    command_stop();
}

int main(void) {
    unit_test("each row is whole", test_rows);
    unit_test("each command is found by its name", test_find);
    return unit_end();
}
