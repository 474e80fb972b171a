/* The arguments of MIGRATE: its options, its keys and its secrets. */
#include "migrate_arguments.h"

#include <stdio.h>

#include "unit.h"

enum { WORDS_MAX = 32 };

/* Takes a line apart at its spaces; '' is an empty argument. */
static size_t split(char *line, struct slice argv[static WORDS_MAX]) {
    size_t argc = 0;
    for (char *at = strtok(line, " "); at != NULL; at = strtok(NULL, " ")) {
        size_t len = strcmp(at, "''") == 0 ? 0 : strlen(at);
        argv[argc++] = (struct slice){at, len};
    }
    return argc;
}

/* "copy replace user=7 password=8 keys=10+2", and what is wrong. */
static void shown(char out[static 200], const struct migrate_arguments *read) {
    int n = snprintf(out, 200, "%s%s", read->copy ? "copy " : "",
                     read->replace ? "replace " : "");
    if (read->user != 0)
        n += snprintf(out + n, 50, "user=%zu ", read->user);
    if (read->password != 0)
        n += snprintf(out + n, 50, "password=%zu ", read->password);
    n += snprintf(out + n, 50, "keys=%zu+%zu", read->first_key, read->keys);
    if (read->wrong != NULL)
        snprintf(out + n, 90, " %.17s", read->wrong);
}

/* The arguments that are secret, as their numbers. */
static void secrets(char out[static 200], const struct slice *argv,
                    size_t argc) {
    int n = 0;
    out[0] = '\0';
    for (size_t at = 1; at < argc; at++)
        if (migrate_is_secret(argv, argc, at))
            n += snprintf(out + n, 20, "%s%zu", n > 0 ? " " : "", at);
}

static void comes_to(const char *options, const char *due,
                     const char *due_secrets) {
    char line[300], text[200], hidden[200];
    struct slice argv[WORDS_MAX];
    snprintf(line, sizeof line, "MIGRATE host port %s", options);
    size_t argc = split(line, argv);
    struct migrate_arguments read = migrate_arguments(argv, argc);
    shown(text, &read);
    secrets(hidden, argv, argc);
    if (!CHECK(strcmp(text, due) == 0) ||
        !CHECK(strcmp(hidden, due_secrets) == 0))
        printf("# %s: \"%s\", secret \"%s\"\n", options, text, hidden);
}

static void test_options(void) {
    comes_to("key 0 10", "keys=3+1", "");
    comes_to("'' 0 10", "keys=3+1", "");
    comes_to("key 0 10 REPLACE copy", "copy replace keys=3+1", "");
    comes_to("key 0 10 AUTH secret", "password=7 keys=3+1", "7");
    comes_to("key 0 10 COPY auth2 me secret REPLACE",
             "copy replace user=8 password=9 keys=3+1", "8 9");
    comes_to("key 0 10 AUTH2 me secret AUTH other", "password=10 keys=3+1",
             "7 8 10");
}

static void test_keys(void) {
    comes_to("'' 0 10 KEYS a b", "keys=7+2", "");
    comes_to("'' 0 10 keys", "keys=7+0", "");
    comes_to("'' 0 10 COPY KEYS copy auth x", "copy keys=8+3", "");
    /* A password may be any word. */
    comes_to("'' 0 10 AUTH KEYS KEYS a", "password=7 keys=9+1", "7");
    comes_to("'' 0 10 AUTH2 KEYS auth KEYS a", "user=7 password=8 keys=10+1",
             "7 8");
    comes_to("key 0 10 KEYS a", "keys=7+0 ERR When using MI", "");
}

static void test_wrong(void) {
    comes_to("key 0 10 AUTH", "keys=3+1 ERR syntax error", "");
    comes_to("key 0 10 AUTH2 me", "keys=3+1 ERR syntax error", "7");
    comes_to("key 0 10 what AUTH secret",
             "password=8 keys=3+1 ERR syntax error", "8");
    comes_to("key 0 10 what KEYS a", "keys=8+0 ERR syntax error", "");
    comes_to("'' 0 10 what KEYS a", "keys=8+1 ERR syntax error", "");
}

int main(void) {
    unit_test("options, in any order, and what is secret", test_options);
    unit_test("keys: one, or those behind KEYS", test_keys);
    unit_test("what is wrong, read to the end all the same", test_wrong);
    return unit_end();
}
