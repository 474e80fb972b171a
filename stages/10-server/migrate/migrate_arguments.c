#include "migrate_arguments.h"

enum { OPTIONS = 6 }; /* the first argument that may be one */

/* Returns the number of secrets after this word. */
static size_t secrets_behind(struct slice word) {
    return slice_is(word, "auth") ? 1 : slice_is(word, "auth2") ? 2 : 0;
}

/* KEYS is the last option: all words behind it are keys. */
static void read_keys(struct migrate_arguments *arguments,
                      const struct slice *argv, size_t argc, size_t at) {
    arguments->first_key = at + 1;
    arguments->keys = argc - at - 1;
    if (argv[MIGRATE_KEY].len == 0)
        return;
    arguments->keys = 0;
    arguments->key_and_keys = true;
    if (arguments->wrong == NULL)
        arguments->wrong =
            "ERR When using MIGRATE KEYS option, the key argument "
            "must be set to the empty string";
}

/* Reads the option at this place, which is not KEYS. Returns the place of the
 * next one. */
static size_t read_option(struct migrate_arguments *arguments,
                          const struct slice *argv, size_t argc, size_t at) {
    size_t secrets = secrets_behind(argv[at]);
    if (slice_is(argv[at], "copy")) {
        arguments->copy = true;
    } else if (slice_is(argv[at], "replace")) {
        arguments->replace = true;
    } else if (secrets == 0 || argc - 1 - at < secrets) {
        if (arguments->wrong == NULL)
            arguments->wrong = "ERR syntax error";
    } else {
        /* The last AUTH or AUTH2 counts, and an AUTH forgets the user. */
        arguments->user = secrets == 2 ? at + 1 : 0;
        arguments->password = at + secrets;
    }
    return at + 1 + secrets;
}

struct migrate_arguments migrate_arguments(const struct slice *argv,
                                           size_t argc) {
    struct migrate_arguments arguments = {.first_key = MIGRATE_KEY, .keys = 1};
    size_t at = OPTIONS;
    while (at < argc && !slice_is(argv[at], "keys"))
        at = read_option(&arguments, argv, argc, at);
    if (at < argc)
        read_keys(&arguments, argv, argc, at);
    return arguments;
}

/* Reads the options once more instead of keeping the places of all secrets: it
 * is asked only when a request is logged. */
bool migrate_is_secret(const struct slice *argv, size_t argc, size_t at) {
    size_t option = OPTIONS;
    while (option < at && option < argc && !slice_is(argv[option], "keys")) {
        size_t secrets = secrets_behind(argv[option]);
        if (at <= option + secrets)
            return true;
        option += 1 + secrets;
    }
    return false;
}
