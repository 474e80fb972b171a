#include "acl_check.h"

#include <assert.h>
#include <stdlib.h>

#include "buf_text.h"
#include "command_facts.h"
#include "command_names.h"

/* Commands. */

/* +select|0 */
static bool allows_first_argument(const struct acl_selector *selector,
                                  size_t command, const struct slice *argv,
                                  size_t argc) {
    for (size_t i = 0; argc > 1 && i < selector->first_argument_count; i++) {
        const struct acl_first_argument *at = &selector->first_arguments[i];
        if (at->command == command && slice_is(argv[1], at->text))
            return true;
    }
    return false;
}

static bool allows_command(const struct acl_selector *selector,
                           const struct command *command,
                           const struct slice *argv, size_t argc) {
    size_t number = command_number(command);
    return selector->all_commands ||
           (selector->commands[number / 64] >> number % 64 & 1) ||
           (command->flags & CMD_NO_AUTH) ||
           allows_first_argument(selector, number, argv, argc);
}

/* Keys. */

/* The permissions that these uses of a key require. A command that only tells
 * whether a key exists requires none, but a pattern must match its name. */
static unsigned permissions_for(unsigned flags) {
    return (flags & KEY_ACCESS ? ACL_READ : 0u) |
           (flags & (KEY_INSERT | KEY_DELETE | KEY_UPDATE) ? ACL_WRITE : 0u);
}

/* Returns the number of the first argument in the range that is a key which the
 * selector does not allow, or 0. */
static size_t refused_in(const struct acl_selector *selector,
                         const struct key_range *range, unsigned flags,
                         const struct slice *argv) {
    unsigned permissions = permissions_for(flags);
    size_t at = range->first;
    for (size_t i = 0; i < range->count; i++, at += range->step)
        if (!acl_patterns_fit(&selector->keys, argv[at], permissions))
            return at;
    return 0;
}

/* If the keys of a request cannot be found, its arguments make no sense, and
 * the command itself will answer with an error. */
static size_t refused_key(const struct acl_selector *selector,
                          const struct command_facts *facts,
                          const struct slice *argv, size_t argc) {
    /* All keys are found before any is judged: if one cannot be, the error of
     * the command is the better answer. */
    struct key_range ranges[COMMAND_KEY_SPECS];
    size_t specs = command_key_specs(facts), refused = 0;
    for (size_t i = 0; i < specs; i++)
        if (!key_spec_find(&facts->keys[i], argv, argc, &ranges[i]))
            return 0;
    for (size_t i = 0; i < specs && refused == 0; i++)
        refused = refused_in(selector, &ranges[i],
                             key_spec_flags(&facts->keys[i], argv, argc), argv);
    return refused;
}

/* Channels. */

bool acl_check_channel(const struct acl_selector *selector, struct slice name,
                       bool is_pattern) {
    if (selector->all_channels)
        return true;
    return is_pattern ? acl_patterns_find(&selector->channels, name) != NULL
                      : acl_patterns_fit(&selector->channels, name, 0);
}

static size_t refused_channel(const struct acl_selector *selector,
                              enum command_channels channels,
                              const struct slice *argv, size_t argc) {
    /* PUBLISH has a message behind its channel; all others have only
     * channels. */
    size_t last = channels == CHANNELS_FIRST ? 1 : argc - 1;
    for (size_t i = 1; i <= last; i++)
        if (!acl_check_channel(selector, argv[i],
                               channels == CHANNELS_PATTERNS))
            return i;
    return 0;
}

/* The quick check. Most commands name no key, or one in their first argument,
 * and most users have one selector. */

enum shape { SHAPE_OTHER, SHAPE_NO_KEY, SHAPE_ONE_KEY };

static struct {
    uint8_t shape;                 /* enum shape */
    uint8_t permissions;           /* that the key needs */
    uint32_t sure;                 /* with no more arguments than these; or 0 */
    const struct key_spec *varies; /* with more, this is asked */
} seen[COMMANDS_MAX];              /* by the numbers of the commands */

/* Finds the shape of a command. A count of keys, a keyword before them, or keys
 * up to the end make it SHAPE_OTHER, which only the full check understands. */
static enum shape shape_of(const struct command_facts *facts) {
    const struct key_spec *spec = &facts->keys[0];
    size_t specs = command_key_specs(facts);
    if (facts->channels != CHANNELS_NONE || specs > 1)
        return SHAPE_OTHER;
    if (specs == 0)
        return SHAPE_NO_KEY;
    bool is_first = !spec->unknown && !spec->counted && spec->keyword == NULL &&
                    spec->first == 1 && spec->range == 0 &&
                    !(spec->flags & KEY_NOT_KEY);
    return is_first ? SHAPE_ONE_KEY : SHAPE_OTHER;
}

/* A command's use of its key may depend on options, so a request with more than
 * the fewest arguments that it takes is left to the full check. */
static void look_at(size_t number, const struct command *command) {
    static const struct slice none[] = {{0}, {0}, {0}};
    const struct key_spec *spec = &command_facts(command)->keys[0];
    unsigned flags = spec->flags;
    seen[number].shape = (uint8_t)shape_of(command_facts(command));
    seen[number].sure = seen[number].shape == SHAPE_ONE_KEY ? UINT32_MAX : 0;
    /* Key and value may be any bytes, so empty ones stand for them. */
    if (spec->flags_for != NULL && seen[number].sure > 0) {
        seen[number].varies = spec;
        seen[number].sure = (uint32_t)abs(command->arity);
        assert(seen[number].sure <= sizeof none / sizeof *none);
        flags = spec->flags_for(none, seen[number].sure);
    }
    seen[number].permissions = (uint8_t)permissions_for(flags);
}

void acl_check_start(void) {
    const struct command *command;
    for (size_t i = 0; (command = command_numbered(i)) != NULL; i++)
        look_at(i, command);
}

/* The rest of acl_check_quickly(), for all but the most common case. */
static bool __attribute__((noinline))
check_less_quickly(const struct acl_selector *selector, size_t number,
                   const struct slice *argv, size_t argc) {
    /* Without a key to judge, the bit of the command has decided already. */
    if (seen[number].shape != SHAPE_ONE_KEY || selector->all_keys)
        return seen[number].shape != SHAPE_OTHER;
    unsigned permissions = seen[number].permissions;
    if (argc > seen[number].sure)
        permissions =
            permissions_for(seen[number].varies->flags_for(argv, argc));
    return acl_patterns_fit(&selector->keys, argv[1], permissions);
}

/* The bits know nothing of +select|0 or of the commands that a stranger may
 * run. A user who needs these is left to the full check. */
bool acl_check_quickly(const struct acl_user *user,
                       const struct command *command, const struct slice *argv,
                       size_t argc) {
    const struct acl_selector *selector = user->selectors;
    size_t number = command_number(command);
    if (!(selector->commands[number / 64] >> number % 64 & 1))
        return false;
    if (argc <= seen[number].sure &&
        acl_patterns_fit_short(&selector->keys, &argv[1],
                               seen[number].permissions))
        return true;
    return check_less_quickly(selector, number, argv, argc);
}

/* The full check. */

static enum acl_verdict ask_selector(const struct acl_selector *selector,
                                     const struct command *command,
                                     const struct slice *argv, size_t argc,
                                     size_t *argument) {
    const struct command_facts *facts = command_facts(command);
    *argument = 0;
    if (!allows_command(selector, command, argv, argc))
        return ACL_NO_COMMAND;
    if (!selector->all_keys &&
        (*argument = refused_key(selector, facts, argv, argc)) != 0)
        return ACL_NO_KEY;
    if (!selector->all_channels && facts->channels != CHANNELS_NONE &&
        (*argument = refused_channel(selector, facts->channels, argv, argc)))
        return ACL_NO_CHANNEL;
    return ACL_ALLOWED;
}

enum acl_verdict acl_check(const struct acl_user *user,
                           const struct command *command,
                           const struct slice *argv, size_t argc,
                           size_t *argument) {
    enum acl_verdict worst = ACL_NO_COMMAND;
    *argument = 0;
    for (const struct acl_selector *at = user->selectors; at; at = at->next) {
        size_t where;
        enum acl_verdict verdict =
            ask_selector(at, command, argv, argc, &where);
        if (verdict == ACL_ALLOWED)
            return ACL_ALLOWED;
        /* As in Redis, the selector that came furthest gives the reason: the
         * best rank first, then the last argument. */
        if (verdict > worst || (verdict == worst && where > *argument)) {
            worst = verdict;
            *argument = where;
        }
    }
    return worst;
}

static bool reads_all(const struct acl_selector *selector) {
    static char star[] = "*";
    const struct acl_pattern *all =
        acl_patterns_find(&selector->keys, (struct slice){star, 1});
    return selector->all_keys || (all != NULL && (all->permissions & ACL_READ));
}

/* The selector that allows the request must be the one that reads all keys. */
static bool may_read_all(const struct acl_user *user,
                         const struct command *command,
                         const struct slice *argv, size_t argc) {
    size_t where;
    for (const struct acl_selector *at = user->selectors; at; at = at->next)
        if (reads_all(at) &&
            ask_selector(at, command, argv, argc, &where) == ACL_ALLOWED)
            return true;
    return false;
}

const char *acl_check_options(const struct acl_user *user,
                              const struct command *command,
                              const struct slice *argv, size_t argc) {
    const struct command_facts *facts = command_facts(command);
    const char *option = NULL;
    for (size_t i = 0; i < command_key_specs(facts) && option == NULL; i++)
        if (facts->keys[i].option != NULL)
            option = facts->keys[i].option(argv, argc);
    return option != NULL && !may_read_all(user, command, argv, argc) ? option
                                                                      : NULL;
}

/* Explaining. */

void acl_check_explain(struct buf *out, const struct acl_user *user,
                       const struct command *command, enum acl_verdict verdict,
                       const struct slice *argument) {
    const char *what = verdict == ACL_NO_KEY ? "key" : "channel";
    if (verdict != ACL_NO_COMMAND && argument == NULL) {
        buf_text(out, "No permissions to access a ");
        buf_text(out, what);
        return;
    }
    buf_text(out, "User ");
    buf_text(out, user->name);
    buf_text(out, " has no permissions to ");
    if (verdict == ACL_NO_COMMAND) {
        buf_text(out, "run the '");
        buf_text(out, command->name);
        buf_text(out, "' command");
    } else {
        buf_text(out, "access the '");
        buf_append(out, argument->ptr, argument->len);
        buf_text(out, "' ");
        buf_text(out, what);
    }
}
