#include "redact.h"

#include "migrate_arguments.h"

/* HELLO 3 AUTH user password SETNAME name */
static bool is_secret_of_hello(const struct request *request, size_t at) {
    /* The user's name and the password follow the word, which is argv[2] at the
     * earliest. */
    return (at >= 3 && slice_is(request->argv[at - 1], "auth")) ||
           (at >= 4 && slice_is(request->argv[at - 2], "auth"));
}

/* CONFIG SET name value name value ... */
static bool is_secret_setting(const struct request *request, size_t at) {
    static const char *const names[] = {"requirepass", "masterauth",
                                        "masteruser", "tls-key-file-pass",
                                        "tls-client-key-file-pass"};
    /* Values have odd places, and each has its name before it. */
    if (at < 3 || at % 2 == 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_is(request->argv[at - 1], names[i]))
            return true;
    return false;
}

static bool is_secret(const struct command *command,
                      const struct request *request, size_t at) {
    const char *name = command->name;
    if (at == 0)
        return false;
    if (strcmp(name, "auth") == 0)
        return true;
    if (strcmp(name, "acl|setuser") == 0)
        return at >= 2;
    if (strcmp(name, "config|set") == 0)
        return is_secret_setting(request, at);
    if (strcmp(name, "hello") == 0)
        return is_secret_of_hello(request, at);
    if (strcmp(name, "migrate") == 0)
        return migrate_is_secret(request->argv, request->argc, at);
    return false;
}

struct slice redact_argument(const struct command *command,
                             const struct request *request, size_t at) {
    static char hidden[] = "(redacted)";
    return is_secret(command, request, at)
               ? (struct slice){hidden, sizeof hidden - 1}
               : request->argv[at];
}
