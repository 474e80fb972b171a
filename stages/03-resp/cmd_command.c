/* COMMAND: what there is to be known of the commands, for clients that want to
 * know which arguments are keys, and for people who want a hint. All of it is
 * read off the rows of the tables. */
#include <assert.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "glob.h"
#include "syntax.h"

/* Steps through all commands. Set both to 0 before the first call. */
struct walk {
    size_t family, row;
};

static const struct command *walk_next(struct walk *walk) {
    const struct command *table = command_families[walk->family];
    while (table != NULL && table[walk->row].name == NULL) {
        walk->row = 0;
        table = command_families[++walk->family];
    }
    return table != NULL ? &table[walk->row++] : NULL;
}

/* The name, with that of its container in front: "client|id". */
enum { FULL_NAME = 64 };
static size_t full_name(char out[static FULL_NAME],
                        const struct command *container,
                        const struct command *command) {
    int len = container != NULL ? snprintf(out, FULL_NAME, "%s|%s",
                                           container->name, command->name)
                                : snprintf(out, FULL_NAME, "%s", command->name);
    return (size_t)len;
}

static void reply_full_name(struct client *client,
                            const struct command *container,
                            const struct command *command) {
    char name[FULL_NAME];
    reply_bulk(client, name, full_name(name, container, command));
}

/* Finds "get", or "client|id" and then its container, too. */
static const struct command *find_full(struct slice name,
                                       const struct command **container) {
    *container = NULL;
    char *bar = name.len > 0 ? memchr(name.ptr, '|', name.len) : NULL;
    if (bar == NULL)
        return command_find(name);
    size_t len = (size_t)(bar - name.ptr);
    struct slice sub = {bar + 1, name.len - len - 1};
    *container = command_find((struct slice){name.ptr, len});
    if (*container == NULL || (*container)->subcommands == NULL)
        return NULL;
    return command_find_sub(*container, sub);
}

/* Words of an array that is replied when all of them are known. */
enum { WORDS = 32 };
struct words {
    const char *list[WORDS];
    size_t count;
};

/* Adds a word once. */
static void add_word(struct words *words, const char *word) {
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(words->list[i], word) == 0)
            return;
    assert(words->count < WORDS);
    words->list[words->count++] = word;
}

static void reply_words(struct client *client, const struct words *words) {
    reply_array(client, words->count);
    for (size_t i = 0; i < words->count; i++)
        reply_simple(client, words->list[i]);
}

struct flag_name {
    unsigned flag;
    const char *name;
};

static const struct flag_name flag_names[] = {
    {CMD_WRITE, "write"},
    {CMD_READONLY, "readonly"},
    {CMD_DENYOOM, "denyoom"},
    {CMD_ADMIN, "admin"},
    {CMD_PUBSUB, "pubsub"},
    {CMD_NOSCRIPT, "noscript"},
    {CMD_BLOCKING, "blocking"},
    {CMD_LOADING, "loading"},
    {CMD_STALE, "stale"},
    {CMD_SKIP_MONITOR, "skip_monitor"},
    {CMD_SKIP_SLOWLOG, "skip_slowlog"},
    {CMD_FAST, "fast"},
    {CMD_NO_AUTH, "no_auth"},
    {CMD_NO_ASYNC_LOADING, "no_async_loading"},
    {CMD_NO_MULTI, "no_multi"},
    {CMD_ALLOW_BUSY, "allow_busy"},
    {CMD_MOVABLE_KEYS, "movablekeys"},
};

static void reply_flags(struct client *client, unsigned flags) {
    struct words words = {.count = 0};
    for (size_t i = 0; i < sizeof flag_names / sizeof flag_names[0]; i++)
        if (flags & flag_names[i].flag)
            add_word(&words, flag_names[i].name);
    reply_words(client, &words);
}

/* Categories that follow from a flag. */
static const struct flag_name flag_categories[] = {
    {CMD_KEYSPACE, "@keyspace"},
    {CMD_READONLY, "@read"},
    {CMD_WRITE, "@write"},
    {CMD_PUBSUB, "@pubsub"},
    {CMD_ADMIN | CMD_OWNERS, "@admin"},
    {CMD_FAST, "@fast"},
    {CMD_BLOCKING, "@blocking"},
    {CMD_COLLECTIONS, "@list"},
    {CMD_COLLECTIONS, "@set"},
    {CMD_COLLECTIONS, "@sortedset"},
    {CMD_ADMIN | CMD_DANGEROUS, "@dangerous"},
    {CMD_CONNECTION, "@connection"},
};

/* The category of a group is its name without dashes, with two exceptions. */
enum { CATEGORY = 32 };
static bool group_category(char out[static CATEGORY], const char *group) {
    if (strcmp(group, "server") == 0)
        return false;
    if (strcmp(group, "generic") == 0)
        group = "keyspace";
    size_t n = 0;
    out[n++] = '@';
    for (; *group != '\0' && n < CATEGORY - 1; group++)
        if (*group != '-')
            out[n++] = *group;
    out[n] = '\0';
    return true;
}

/* The categories of access control. A container that cannot be called is in
 * none but those that its flags say. The words are good while group is. */
static void find_categories(const struct command *command, struct words *words,
                            char group[static CATEGORY]) {
    words->count = 0;
    if (command->run != NULL && !(command->flags & CMD_COLLECTIONS) &&
        group_category(group, command->group))
        add_word(words, group);
    size_t flags = sizeof flag_categories / sizeof flag_categories[0];
    for (size_t i = 0; i < flags; i++)
        if (command->flags & flag_categories[i].flag)
            add_word(words, flag_categories[i].name);
    if (!(command->flags & CMD_FAST))
        add_word(words, "@slow");
}

static size_t key_spec_count(const struct command *command) {
    size_t n = 0;
    while (n < COMMAND_KEY_SPECS && command->keys[n].flags != NULL)
        n++;
    return n;
}

/* The words of a text that has a space between them, each by itself. */
static void reply_split(struct client *client, const char *text,
                        void (*reply)(struct client *client,
                                      const char *word)) {
    size_t words = 1;
    for (const char *at = text; *at != '\0'; at++)
        words += *at == ' ';
    reply_array(client, words);
    for (size_t i = 0; i < words; i++) {
        char word[64];
        size_t len = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)len, text);
        reply(client, word);
        text += len + 1;
    }
}

/* The start of one half of a key specification: "type" and "spec", of which
 * the fields follow. */
static void reply_half(struct client *client, const char *half,
                       const char *type, size_t fields) {
    reply_text(client, half);
    reply_map(client, 2);
    reply_text(client, "type");
    reply_text(client, type);
    reply_text(client, "spec");
    reply_map(client, fields);
}

static void reply_field(struct client *client, const char *name, int value) {
    reply_text(client, name);
    reply_integer(client, value);
}

static void reply_begin_search(struct client *client,
                               const struct key_spec *spec) {
    if (spec->unknown) {
        reply_half(client, "begin_search", "unknown", 0);
        return;
    }
    if (spec->keyword == NULL) {
        reply_half(client, "begin_search", "index", 1);
        reply_field(client, "index", spec->first);
        return;
    }
    reply_half(client, "begin_search", "keyword", 2);
    reply_text(client, "keyword");
    reply_text(client, spec->keyword);
    reply_field(client, "startfrom", spec->first);
}

static void reply_find_keys(struct client *client,
                            const struct key_spec *spec) {
    if (spec->unknown) {
        reply_half(client, "find_keys", "unknown", 0);
        return;
    }
    reply_half(client, "find_keys", spec->counted ? "keynum" : "range", 3);
    if (spec->counted) {
        reply_field(client, "keynumidx", 0);
        reply_field(client, "firstkey", 1);
        reply_field(client, "keystep", spec->step);
    } else {
        reply_field(client, "lastkey", spec->range);
        reply_field(client, "keystep", spec->step);
        reply_field(client, "limit", spec->limit);
    }
}

static void reply_key_spec(struct client *client, const struct key_spec *spec) {
    reply_map(client, 3);
    reply_text(client, "flags");
    reply_split(client, spec->flags, reply_simple);
    reply_begin_search(client, spec);
    reply_find_keys(client, spec);
}

/* First key, last key and step, as they were told before there were key
 * specifications: of keys whose places do not depend on other arguments. */
static void reply_key_range(struct client *client,
                            const struct command *command) {
    int first = 0, last = 0, step = 0;
    for (size_t i = 0; i < key_spec_count(command); i++) {
        const struct key_spec *spec = &command->keys[i];
        if (spec->counted || spec->keyword != NULL || spec->unknown)
            continue;
        if (first == 0) {
            first = spec->first;
            step = spec->step;
        }
        last = spec->range < 0 ? spec->range : spec->first + spec->range;
    }
    reply_integer(client, first);
    reply_integer(client, last);
    reply_integer(client, step);
}

static size_t subcommand_count(const struct command *command) {
    size_t n = 0;
    while (command_sub(command, n) != NULL)
        n++;
    return n;
}

/* What COMMAND INFO tells of one command. */
static void reply_info(struct client *client, const struct command *container,
                       const struct command *command) {
    struct words categories;
    char group[CATEGORY];
    find_categories(command, &categories, group);
    reply_array(client, 10);
    reply_full_name(client, container, command);
    reply_integer(client, command->arity);
    reply_flags(client, command->flags);
    reply_key_range(client, command);
    reply_words(client, &categories);
    if (command->tips != NULL)
        reply_split(client, command->tips, reply_text);
    else
        reply_array(client, 0);
    reply_array(client, key_spec_count(command));
    for (size_t i = 0; i < key_spec_count(command); i++)
        reply_key_spec(client, &command->keys[i]);
    size_t subs = subcommand_count(command);
    reply_array(client, subs);
    for (size_t i = 0; i < subs; i++)
        reply_info(client, command, command_sub(command, i));
}

static void reply_all_info(struct client *client) {
    struct walk walk = {0};
    reply_array(client, command_count());
    for (const struct command *c; (c = walk_next(&walk)) != NULL;)
        reply_info(client, NULL, c);
}

/* COMMAND */
static void cmd_command(struct client *client, struct request *request) {
    (void)request;
    reply_all_info(client);
}

/* COMMAND COUNT */
static void command_count_reply(struct client *client,
                                struct request *request) {
    (void)request;
    reply_integer(client, (int64_t)command_count());
}

/* COMMAND INFO [command-name [command-name ...]] */
static void command_info(struct client *client, struct request *request) {
    if (request->argc == 2) {
        reply_all_info(client);
        return;
    }
    reply_array(client, request->argc - 2);
    for (size_t i = 2; i < request->argc; i++) {
        const struct command *container;
        const struct command *command = find_full(request->argv[i], &container);
        if (command != NULL)
            reply_info(client, container, command);
        else
            reply_null(client);
    }
}

/* The name of a choice or a block: those of its parts, in small letters, with
 * _ between them. Returns how many bytes it has. */
enum { ARGUMENT_NAME = 128 };
static size_t join_names(char *out, size_t used,
                         const struct argument *argument) {
    for (size_t i = 0; i < argument->name.len && used < ARGUMENT_NAME; i++) {
        char c = argument->name.ptr[i];
        out[used++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    const struct argument *child = argument->children;
    for (; child != NULL; child = child->next) {
        used = join_names(out, used, child);
        if (child->next != NULL && used < ARGUMENT_NAME)
            out[used++] = '_';
    }
    return used;
}

static const char *const type_names[] = {
    [ARGUMENT_STRING] = "string",
    [ARGUMENT_INTEGER] = "integer",
    [ARGUMENT_KEY] = "key",
    [ARGUMENT_PATTERN] = "pattern",
    [ARGUMENT_PURE_TOKEN] = "pure-token",
    [ARGUMENT_ONEOF] = "oneof",
    [ARGUMENT_BLOCK] = "block",
};

static void reply_argument_flags(struct client *client,
                                 const struct argument *argument) {
    struct words words = {.count = 0};
    if (argument->optional)
        add_word(&words, "optional");
    if (argument->multiple)
        add_word(&words, "multiple");
    if (argument->multiple_token)
        add_word(&words, "multiple_token");
    reply_words(client, &words);
}

static void reply_arguments(struct client *client,
                            const struct argument *first);

static void reply_argument(struct client *client,
                           const struct argument *argument) {
    bool leaf = argument->children == NULL;
    bool flags = argument->optional || argument->multiple;
    bool token = argument->token.len > 0, spec = argument->key_spec >= 0;
    char name[ARGUMENT_NAME];
    size_t len = join_names(name, 0, argument);
    reply_map(client, (size_t)(3 + flags + token + spec));
    reply_text(client, "name");
    reply_bulk(client, name, len);
    reply_text(client, "type");
    reply_text(client, type_names[argument->type]);
    if (leaf) {
        reply_text(client, "display_text");
        reply_bulk(client, name, len);
    }
    if (spec) {
        reply_text(client, "key_spec_index");
        reply_integer(client, argument->key_spec);
    }
    if (token) {
        reply_text(client, "token");
        reply_bulk(client, argument->token.ptr, argument->token.len);
    }
    if (flags) {
        reply_text(client, "flags");
        reply_argument_flags(client, argument);
    }
    if (!leaf) {
        reply_text(client, "arguments");
        reply_arguments(client, argument->children);
    }
}

static void reply_arguments(struct client *client,
                            const struct argument *first) {
    size_t count = 0;
    for (const struct argument *at = first; at != NULL; at = at->next)
        count++;
    reply_array(client, count);
    for (const struct argument *at = first; at != NULL; at = at->next)
        reply_argument(client, at);
}

/* Marks the argument as a key if a key specification says that there is one
 * at this place of the request. */
static void mark_key(struct argument *argument, const struct command *command,
                     int place) {
    for (size_t i = 0; i < key_spec_count(command); i++) {
        const struct key_spec *spec = &command->keys[i];
        if (spec->unknown)
            continue;
        bool within = spec->range < 0 || place <= spec->first + spec->range;
        if (within && place >= spec->first &&
            (place - spec->first) % spec->step == 0 && argument->key_spec < 0) {
            argument->type = ARGUMENT_KEY;
            argument->key_spec = (int)i;
        }
    }
}

/* Places are known up to the first argument that may be missing, or come more
 * than once. */
static void mark_keys(struct syntax *syntax, const struct command *command,
                      int place) {
    struct argument *at = syntax->first;
    for (; at != NULL && !at->optional && at->token.len == 0; at = at->next) {
        bool block = at->type == ARGUMENT_BLOCK;
        struct argument *part = block ? at->children : at;
        for (; part != NULL; part = block ? part->next : NULL)
            mark_key(part, command, place++);
        if (at->multiple)
            return;
    }
}

static void reply_docs(struct client *client, const struct command *container,
                       const struct command *command) {
    struct syntax syntax;
    syntax_parse(&syntax, command->syntax != NULL ? command->syntax : "");
    mark_keys(&syntax, command, container != NULL ? 2 : 1);
    size_t subs = subcommand_count(command);
    reply_full_name(client, container, command);
    reply_map(client, 4u + (syntax.first != NULL) + (subs > 0));
    reply_text(client, "summary");
    reply_text(client, command->summary);
    reply_text(client, "since");
    reply_text(client, command->since);
    reply_text(client, "group");
    reply_text(client, command->group);
    reply_text(client, "complexity");
    reply_text(client, command->complexity);
    if (syntax.first != NULL) {
        reply_text(client, "arguments");
        reply_arguments(client, syntax.first);
    }
    if (subs > 0) {
        reply_text(client, "subcommands");
        reply_map(client, subs);
        for (size_t i = 0; i < subs; i++)
            reply_docs(client, command, command_sub(command, i));
    }
}

/* COMMAND DOCS [command-name [command-name ...]] */
static void command_docs(struct client *client, struct request *request) {
    const struct command *container, *command;
    if (request->argc == 2) {
        struct walk walk = {0};
        reply_map(client, command_count());
        while ((command = walk_next(&walk)) != NULL)
            reply_docs(client, NULL, command);
        return;
    }
    /* Names that are not known are passed over. */
    size_t known = 0;
    for (size_t i = 2; i < request->argc; i++)
        known += find_full(request->argv[i], &container) != NULL;
    reply_map(client, known);
    for (size_t i = 2; i < request->argc; i++)
        if ((command = find_full(request->argv[i], &container)) != NULL)
            reply_docs(client, container, command);
}

/* Which commands COMMAND LIST shall name. */
struct filter {
    bool (*keeps)(struct slice wanted, struct slice name,
                  const struct command *command);
    struct slice wanted;
};

static bool keeps_all(struct slice wanted, struct slice name,
                      const struct command *command) {
    (void)wanted, (void)name, (void)command;
    return true;
}

/* There are no modules. */
static bool keeps_module(struct slice wanted, struct slice name,
                         const struct command *command) {
    (void)wanted, (void)name, (void)command;
    return false;
}

static bool keeps_category(struct slice wanted, struct slice name,
                           const struct command *command) {
    (void)name;
    struct words categories;
    char group[CATEGORY];
    find_categories(command, &categories, group);
    for (size_t i = 0; i < categories.count; i++)
        if (slice_is(wanted, categories.list[i] + 1))
            return true;
    return false;
}

static bool keeps_pattern(struct slice wanted, struct slice name,
                          const struct command *command) {
    (void)command;
    return glob_match(wanted, name, true);
}

/* Returns false if the arguments are no filter. */
static bool read_filter(const struct request *request, struct filter *filter) {
    const struct slice *argv = request->argv;
    filter->keeps = keeps_all;
    if (request->argc == 2)
        return true;
    if (request->argc != 5 || !slice_is(argv[2], "filterby"))
        return false;
    filter->wanted = argv[4];
    if (slice_is(argv[3], "module"))
        filter->keeps = keeps_module;
    else if (slice_is(argv[3], "aclcat"))
        filter->keeps = keeps_category;
    else if (slice_is(argv[3], "pattern"))
        filter->keeps = keeps_pattern;
    else
        return false;
    return true;
}

/* Names the command if the filter keeps it. With no client only says whether
 * it does. */
static bool name_command(struct client *client, const struct filter *filter,
                         const struct command *container,
                         const struct command *command) {
    char text[FULL_NAME];
    struct slice name = {text, full_name(text, container, command)};
    if (!filter->keeps(filter->wanted, name, command))
        return false;
    if (client != NULL)
        reply_slice(client, name);
    return true;
}

static size_t name_commands(struct client *client,
                            const struct filter *filter) {
    struct walk walk = {0};
    size_t count = 0;
    for (const struct command *c; (c = walk_next(&walk)) != NULL;) {
        count += name_command(client, filter, NULL, c);
        for (size_t i = 0; i < subcommand_count(c); i++)
            count += name_command(client, filter, c, command_sub(c, i));
    }
    return count;
}

/* COMMAND LIST [FILTERBY <MODULE module-name | ACLCAT category |
 * PATTERN pattern>] */
static void command_list(struct client *client, struct request *request) {
    struct filter filter;
    if (!read_filter(request, &filter)) {
        reply_syntax_error(client);
        return;
    }
    reply_array(client, name_commands(NULL, &filter));
    name_commands(client, &filter);
}

/* Finds the command that a whole request, argv[0] and so on, would call. NULL
 * if there is none. */
static const struct command *find_called(const struct slice *argv,
                                         size_t argc) {
    const struct command *command = command_find(argv[0]);
    if (command != NULL && command->subcommands != NULL && argc > 1)
        return command_find_sub(command, argv[1]);
    return command;
}

/* Names the keys of a range; each with flags, unless those are NULL. */
static void reply_range(struct client *client, const struct slice *argv,
                        const struct key_range *range, const char *flags) {
    for (size_t i = 0; i < range->count; i++) {
        if (flags != NULL)
            reply_array(client, 2);
        reply_slice(client, argv[range->first + i * range->step]);
        if (flags != NULL)
            reply_split(client, flags, reply_simple);
    }
}

/* Names the keys of the request that begins at argv[2]. */
static void reply_keys(struct client *client, const struct request *request,
                       bool with_flags) {
    const struct slice *argv = request->argv + 2;
    size_t argc = request->argc - 2, keys = 0;
    const struct command *command = find_called(argv, argc);
    if (command == NULL) {
        reply_error(client, "ERR Invalid command specified");
        return;
    }
    if (key_spec_count(command) == 0) {
        reply_error(client, "ERR The command has no key arguments");
        return;
    }
    if (!command_takes(command, argc)) {
        reply_error(client, "ERR Invalid number of arguments specified for "
                            "command");
        return;
    }
    struct key_range ranges[COMMAND_KEY_SPECS];
    for (size_t i = 0; i < key_spec_count(command); i++) {
        if (!key_spec_find(&command->keys[i], argv, argc, &ranges[i])) {
            reply_error(client, "ERR Invalid arguments specified for command");
            return;
        }
        keys += ranges[i].count;
    }
    if (keys == 0) {
        reply_error(client, "ERR Invalid arguments specified for command");
        return;
    }
    reply_array(client, keys);
    for (size_t i = 0; i < key_spec_count(command); i++) {
        const char *flags = key_spec_flags(&command->keys[i], argv, argc);
        reply_range(client, argv, &ranges[i], with_flags ? flags : NULL);
    }
}

/* COMMAND GETKEYS command [arg [arg ...]] */
static void command_getkeys(struct client *client, struct request *request) {
    reply_keys(client, request, false);
}

/* COMMAND GETKEYSANDFLAGS command [arg [arg ...]] */
static void command_getkeysandflags(struct client *client,
                                    struct request *request) {
    reply_keys(client, request, true);
}

enum { PLAIN = CMD_LOADING | CMD_STALE | CMD_CONNECTION };

/* clang-format off */
static const struct command command_subcommands[] = {
    {"count", command_count_reply, 2, PLAIN,
     {{0}},
     "server", "2.8.13", "O(1)",
     "Counts the commands, without subcommands.",
     "", NULL},
    {"info", command_info, -2, PLAIN,
     {{0}},
     "server", "2.8.13", "O(N) where N is the number of commands asked for",
     "Tells of some commands, or of all, what a client library needs.",
     "[command-name [command-name ...]]", NULL,
     .tips = "nondeterministic_output_order"},
    {"docs", command_docs, -2, PLAIN,
     {{0}},
     "server", "7.0.0", "O(N) where N is the number of commands asked for",
     "Tells of some commands, or of all, what a person needs.",
     "[command-name [command-name ...]]", NULL,
     .tips = "nondeterministic_output_order"},
    {"list", command_list, -2, PLAIN,
     {{0}},
     "server", "7.0.0", "O(N) where N is the number of commands",
     "Names all commands, or those of a module, category or pattern.",
     "[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]",
     NULL,
     .tips = "nondeterministic_output_order"},
    {"getkeys", command_getkeys, -3, PLAIN,
     {{0}},
     "server", "2.8.13", "O(N) where N is the number of arguments",
     "Names the keys among the arguments of a whole request.",
     "command [arg [arg ...]]", NULL},
    {"getkeysandflags", command_getkeysandflags, -3, PLAIN,
     {{0}},
     "server", "7.0.0", "O(N) where N is the number of arguments",
     "Names the keys of a request, and what is done to each.",
     "command [arg [arg ...]]", NULL},
    {"help", command_help, 2, PLAIN,
     {{0}},
     "server", "5.0.0", "O(1)",
     "Lists the subcommands.",
     "", NULL},
    {0},
};

static const struct command *const subcommand_families[] = {
    command_subcommands, NULL};

const struct command command_commands[] = {
    {"command", cmd_command, -1, PLAIN,
     {{0}},
     "server", "2.8.13", "O(N) where N is the number of commands",
     "Tells of all commands what a client library needs.",
     "", subcommand_families,
     .tips = "nondeterministic_output_order"},
    {0},
};
/* clang-format on */
