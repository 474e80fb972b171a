/* COMMAND: what is known about commands, for clients that must know which
 * arguments are keys, and for hints to people. It comes from the rows of the
 * commands and from the facts about them. */
#include "arguments.h"
#include "command.h"
#include "command_categories.h"
#include "command_docs.h"
#include "command_facts.h"
#include "command_walk.h"
#include "glob.h"

/* Tips are words separated by spaces, or NULL. */
static void reply_tips(struct client *client, const char *tips) {
    size_t words = tips != NULL;
    for (const char *at = tips; at != NULL && *at != '\0'; at++)
        words += *at == ' ';
    reply_set(client, words);
    for (size_t i = 0; i < words; i++) {
        size_t len = strcspn(tips, " ");
        reply_bulk(client, tips, len);
        tips += len + 1;
    }
}

/* Begins one half of a key specification, with "type" and "spec". The caller
 * adds the fields. */
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

/* The names of the flags, by their bits. */
static const char *const flag_names[] = {
    "write",    "readonly",   "denyoom",      "admin",
    "pubsub",   "noscript",   "blocking",     "loading",
    "stale",    "fast",       "no_auth",      "no_async_loading",
    "no_multi", "allow_busy", "skip_slowlog", "asking",
    NULL};

/* Adds the names of the bits that are set, and another word unless it is
 * NULL. */
static void reply_bits(struct client *client, unsigned bits,
                       const char *const names[], const char *more) {
    size_t words = more != NULL;
    for (size_t i = 0; names[i] != NULL; i++)
        words += bits >> i & 1;
    reply_set(client, words);
    for (size_t i = 0; names[i] != NULL; i++)
        if (bits >> i & 1)
            reply_simple(client, names[i]);
    if (more != NULL)
        reply_simple(client, more);
}

/* Returns true if first key, last key and step do not tell where the keys
 * are. */
static bool has_movable_keys(const struct command_facts *facts) {
    for (size_t i = 0; i < command_key_specs(facts); i++) {
        const struct key_spec *spec = &facts->keys[i];
        if (spec->counted || spec->keyword != NULL || spec->unknown)
            return true;
    }
    return false;
}

static void reply_key_spec(struct client *client, const struct key_spec *spec) {
    reply_map(client, 3);
    reply_text(client, "flags");
    reply_bits(client, spec->flags, key_flag_names, NULL);
    reply_begin_search(client, spec);
    reply_find_keys(client, spec);
}

/* First key, last key and step, which are older than key specifications. They
 * cover only keys whose places do not depend on other arguments. */
static void reply_key_range(struct client *client,
                            const struct command_facts *facts) {
    int first = 0, last = 0, step = 0;
    for (size_t i = 0; i < command_key_specs(facts); i++) {
        const struct key_spec *spec = &facts->keys[i];
        if (spec->counted || spec->keyword != NULL || spec->unknown)
            continue;
        if (first == 0) {
            first = spec->first;
            step = spec->step;
        }
        /* The last specification has the last key, as those of RENAME do. */
        last = spec->range < 0 ? spec->range : spec->first + spec->range;
    }
    reply_integer(client, first);
    reply_integer(client, last);
    reply_integer(client, step);
}

/* Adds the entry of one command in COMMAND INFO. */
static void reply_info(struct client *client, const struct command *command) {
    const struct command_facts *facts = command_facts(command);
    reply_array(client, 10);
    reply_text(client, command->name);
    reply_integer(client, command->arity);
    reply_bits(client, command->flags, flag_names,
               has_movable_keys(facts) ? "movablekeys" : NULL);
    reply_key_range(client, facts);
    reply_bits(client, command_categories(command), category_names, NULL);
    reply_tips(client, facts->tips);
    reply_set(client, command_key_specs(facts));
    for (size_t i = 0; i < command_key_specs(facts); i++)
        reply_key_spec(client, &facts->keys[i]);
    size_t subs = command_sub_count(command);
    if (subs == 0) {
        reply_set(client, 0); /* Redis has arrays of some, but sets of none */
        return;
    }
    reply_array(client, subs);
    struct command_walk walk = {0};
    const struct command *sub;
    while ((sub = command_walk_next_of(&walk, command)) != NULL)
        reply_info(client, sub);
}

static void reply_all_info(struct client *client) {
    struct command_walk walk = {0};
    const struct command *command;
    reply_array(client, command_count());
    while ((command = command_walk_next_of(&walk, NULL)) != NULL)
        reply_info(client, command);
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
        const struct command *command = command_find_full(request->argv[i]);
        if (command != NULL)
            reply_info(client, command);
        else
            reply_null(client);
    }
}

/* A filter of COMMAND LIST. */
struct filter {
    bool (*keeps)(struct slice wanted, const struct command *command);
    struct slice wanted;
};

static bool keeps_all(struct slice wanted, const struct command *command) {
    (void)wanted, (void)command;
    return true;
}

/* No command belongs to a module. */
static bool keeps_module(struct slice wanted, const struct command *command) {
    (void)wanted, (void)command;
    return false;
}

static bool keeps_category(struct slice wanted, const struct command *command) {
    return command_categories(command) & category_find(wanted);
}

static bool keeps_pattern(struct slice wanted, const struct command *command) {
    return glob_match(wanted, slice_of(command->name), true);
}

/* Reads the filter. Returns false if the arguments are not valid. */
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

/* Names the commands that pass the filter. Without a client it only counts
 * them. */
static size_t name_commands(struct client *client,
                            const struct filter *filter) {
    struct command_walk walk = {0};
    const struct command *command;
    size_t count = 0;
    while ((command = command_walk_next(&walk)) != NULL) {
        if (!filter->keeps(filter->wanted, command))
            continue;
        if (client != NULL)
            reply_text(client, command->name);
        count++;
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
    /* The head comes first, so the names are counted before they are
     * written. */
    reply_array(client, name_commands(NULL, &filter));
    name_commands(client, &filter);
}

/* Names the keys of a range, each with its flags if there are any. */
static void reply_range(struct client *client, const struct slice *argv,
                        const struct key_range *range, unsigned flags) {
    for (size_t i = 0; i < range->count; i++) {
        if (flags != 0)
            reply_array(client, 2);
        reply_slice(client, argv[range->first + i * range->step]);
        if (flags != 0)
            /* The flag is about the specification, and here the key is
             * known. */
            reply_bits(client, flags & ~(unsigned)KEY_INCOMPLETE,
                       key_flag_names, NULL);
    }
}

/* Names the keys of the request that begins at argv[2]. */
static void reply_keys(struct client *client, const struct request *request,
                       bool with_flags) {
    const struct slice *argv = request->argv + 2;
    size_t argc = request->argc - 2, keys = 0;
    /* The command is not run, so its permissions and state do not matter. */
    const struct command *command = command_called(argv, argc);
    if (command == NULL) {
        reply_error(client, "ERR Invalid command specified");
        return;
    }
    const struct command_facts *facts = command_facts(command);
    if (command_key_specs(facts) == 0 || facts->keys[0].flags == KEY_NOT_KEY) {
        reply_error(client, "ERR The command has no key arguments");
        return;
    }
    if (!command_takes(command, argc)) {
        reply_error(client, "ERR Invalid number of arguments specified for "
                            "command");
        return;
    }
    struct key_range ranges[COMMAND_KEY_SPECS];
    for (size_t i = 0; i < command_key_specs(facts); i++) {
        if (!key_spec_find(&facts->keys[i], argv, argc, &ranges[i])) {
            reply_error(client, "ERR Invalid arguments specified for command");
            return;
        }
        keys += ranges[i].count;
    }
    /* A request that names no key is refused like one whose keys make no
     * sense. */
    if (keys == 0) {
        reply_error(client, "ERR Invalid arguments specified for command");
        return;
    }
    reply_array(client, keys);
    for (size_t i = 0; i < command_key_specs(facts); i++) {
        /* Flags that depend on options are those of this very request. */
        unsigned flags = key_spec_flags(&facts->keys[i], argv, argc);
        reply_range(client, argv, &ranges[i], with_flags ? flags : 0);
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

enum { FLAGS = CMD_LOADING | CMD_STALE };

const struct command command_commands[] = {
    {"command", cmd_command, -1, FLAGS | CMD_CONTAINER},
    {"command|count", command_count_reply, 2, FLAGS},
    {"command|info", command_info, -2, FLAGS},
    {"command|docs", command_docs, -2, FLAGS},
    {"command|list", command_list, -2, FLAGS},
    {"command|getkeys", command_getkeys, -3, FLAGS},
    {"command|getkeysandflags", command_getkeysandflags, -3, FLAGS},
    {0},
};
