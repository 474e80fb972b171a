#include "redact.h"

/* HELLO 3 AUTH user password SETNAME name; MIGRATE ... AUTH2 user password:
 * the arguments behind a word, which stands at this place or later. */
static bool follows(const struct request *request, size_t from, size_t at,
                    const char *word, size_t secrets) {
    for (size_t i = 1; i <= secrets && at >= from + i; i++)
        if (slice_is(request->argv[at - i], word))
            return true;
    return false;
}

/* CONFIG SET name value name value ... */
static bool is_secret_setting(const struct request *request, size_t at) {
    static const char *const names[] = {"requirepass", "masterauth",
                                        "masteruser", "tls-key-file-pass",
                                        "tls-client-key-file-pass"};
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
        return follows(request, 2, at, "auth", 2);
    if (strcmp(name, "migrate") == 0)
        return follows(request, 6, at, "auth", 1) ||
               follows(request, 6, at, "auth2", 2);
    return false;
}

struct slice redact_argument(const struct command *command,
                             const struct request *request, size_t at) {
    static char hidden[] = "(redacted)";
    return is_secret(command, request, at)
               ? (struct slice){hidden, sizeof hidden - 1}
               : request->argv[at];
}
